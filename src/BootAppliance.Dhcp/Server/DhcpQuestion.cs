using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Which of the four meanings a DHCPREQUEST has (RFC 2131 section 4.3.2).</summary>
internal enum DhcpRequestKind
{
    Incomplete,
    Selecting,
    InitReboot,
    Renewing,
    Rebinding,
}

/// <summary>A request that is ours to answer, with all that is known of it, and the memory for the answer.</summary>
internal readonly record struct DhcpQuestion(DhcpMessage Message, DhcpClient Client, LeaseClient Asker, DhcpArrival Arrival, Subnet Subnet, DhcpReply Reply)
{
    public HardwareAddress Mac => Client.HardwareAddress;

    /// <summary>Who we say we are, option 54. A relay may put itself there, and then renewals come through it (RFC 5107 section 4).</summary>
    public IPAddress ServerIdentifier => Message.ServerIdentifierOverride ?? Arrival.ServerAddress;

    /// <summary>Whether the server identifier, where there is one, is ours.</summary>
    public bool IsForThisServer => Message.ServerIdentifier is not { } server || server.Equals(ServerIdentifier) || server.Equals(Arrival.ServerAddress);

    /// <summary>Whether a client asks for more of the time that it has; a question to port 4011 only looks like it.</summary>
    public bool IsRenewal => Message.MessageType == DhcpMessageType.Request && Arrival.BootServerClient is null
        && (RequestKind is DhcpRequestKind.Renewing or DhcpRequestKind.Rebinding);

    private bool HasClientAddress => !Message.ClientAddress.Equals(IPAddress.Any);

    // RFC 2131 table 4:
    //               INIT-REBOOT  SELECTING  RENEWING  REBINDING
    // broad/unicast broadcast    broadcast  unicast   broadcast
    // server-ip     MUST NOT     MUST       MUST NOT  MUST NOT
    // requested-ip  MUST         MUST       MUST NOT  MUST NOT
    // ciaddr        zero         zero       address   address
    public DhcpRequestKind RequestKind => (Message.ServerIdentifier, Message.RequestedAddress) switch
    {
        (not null, not null) => DhcpRequestKind.Selecting,
        (null, not null) when !HasClientAddress => DhcpRequestKind.InitReboot,
        _ when !HasClientAddress => DhcpRequestKind.Incomplete,
        _ => Arrival.IsUnicast ? DhcpRequestKind.Renewing : DhcpRequestKind.Rebinding,
    };
}
