using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>One question and its answer, as it went out.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Received">What was asked.</param>
/// <param name="Sent">What was answered.</param>
/// <param name="TransactionId">The transaction, <c>xid</c>.</param>
/// <param name="Address">The address offered, committed or, for a NAK, denied; 0.0.0.0 in a proxy's offer.</param>
/// <param name="BootFile">The boot file or URL in the answer; null: none.</param>
/// <param name="LeaseTime">How long the address is the client's; null where the answer has no lease.</param>
/// <param name="Interface">The network interface.</param>
/// <param name="At">When, UTC.</param>
public readonly record struct DhcpExchange(
    DhcpClient Client,
    DhcpMessageType Received,
    DhcpMessageType Sent,
    uint TransactionId,
    IPAddress Address,
    string? BootFile,
    TimeSpan? LeaseTime,
    string Interface,
    DateTimeOffset At)
{
    /// <summary>Whether a running system only renewed what it has.</summary>
    public bool IsRenewal { get; init; }
}

/// <summary>Is told what became of every packet; calls come from many threads and must return quickly.</summary>
public interface IDhcpObserver
{
    /// <summary>A packet was answered.</summary>
    void Answered(DhcpExchange exchange);

    /// <summary>A packet was not answered; the client is null where it could not be read.</summary>
    void Dropped(DhcpDropReason reason, DhcpClient? client, string detail);

    /// <summary>Something else happened that an operator wants to know.</summary>
    void Noticed(DhcpNotice notice);
}
