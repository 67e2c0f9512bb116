using System.Net;
using System.Runtime.CompilerServices;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <content>The four meanings of a DHCPREQUEST (RFC 2131 section 4.3.2).</content>
public sealed partial class DhcpResponder
{
    private const string NotYours = "this address is not yours here";

    private ValueTask<DhcpReply?> RequestAsync(DhcpQuestion question) => question.RequestKind switch
    {
        DhcpRequestKind.Selecting => SelectingAsync(question, question.Message.RequestedAddress!),
        DhcpRequestKind.InitReboot => InitRebootAsync(question, question.Message.RequestedAddress!),
        DhcpRequestKind.Renewing => RenewingAsync(question, question.Message.ClientAddress),
        DhcpRequestKind.Rebinding => RebindingAsync(question, question.Message.ClientAddress),
        _ => new ValueTask<DhcpReply?>(Drop(question, DhcpDropReason.IncompleteRequest, "DHCPREQUEST")),
    };

    // "The client inserts the address of the selected server in 'server identifier'": those that were not selected learn it from the same
    // broadcast.
    private ValueTask<DhcpReply?> SelectingAsync(DhcpQuestion question, IPAddress address)
    {
        if (!question.IsForThisServer)
        {
            leases.WithdrawOffer(question.Subnet, question.Asker);
            return new ValueTask<DhcpReply?>(Drop(question, DhcpDropReason.OtherServerChosen, $"{question.Message.ServerIdentifier}"));
        }

        return leases.Judge(question.Subnet, question.Asker, address) switch
        {
            AddressStanding.Held or AddressStanding.Free => AcknowledgeAsync(question, address),
            _ => new ValueTask<DhcpReply?>(Nak(question, address)),
        };
    }

    // "Server SHOULD send a DHCPNAK message to the client if the requested IP address is incorrect, or is on the wrong network. […] If the
    // DHCP server has no record of this client, then it MUST remain silent": another server's client may live beside ours. An address that
    // we know to be somebody else's is incorrect whoever asks for it.
    private ValueTask<DhcpReply?> InitRebootAsync(DhcpQuestion question, IPAddress address)
    {
        switch (leases.Judge(question.Subnet, question.Asker, address))
        {
            case AddressStanding.Held:
                return AcknowledgeAsync(question, address);
            case AddressStanding.WrongSubnet or AddressStanding.Taken:
                return new ValueTask<DhcpReply?>(Nak(question, address));
            default:
                return new ValueTask<DhcpReply?>(leases.HasRecord(question.Subnet, question.Asker)
                    ? Nak(question, address)
                    : Drop(question, DhcpDropReason.UnknownLease, address.ToString()));
        }
    }

    // Sent to us alone, so the lease is ours, even where a lost store no longer knows it.
    private ValueTask<DhcpReply?> RenewingAsync(DhcpQuestion question, IPAddress address) => ExtendAsync(question, address, mayBeAnothersLease: false);

    // "The DHCP server SHOULD check 'ciaddr' for correctness before replying": sent to every server, and answered by us for the addresses
    // that only we give out.
    private ValueTask<DhcpReply?> RebindingAsync(DhcpQuestion question, IPAddress address) => ExtendAsync(question, address, mayBeAnothersLease: true);

    private ValueTask<DhcpReply?> ExtendAsync(DhcpQuestion question, IPAddress address, bool mayBeAnothersLease)
    {
        // A server identifier has no place here, but where a client sends one it means what it says.
        if (!question.IsForThisServer) return new ValueTask<DhcpReply?>(Drop(question, DhcpDropReason.OtherServerChosen, $"{question.Message.ServerIdentifier}"));
        return leases.Judge(question.Subnet, question.Asker, address) switch
        {
            AddressStanding.Held or AddressStanding.Free => AcknowledgeAsync(question, address),
            AddressStanding.Unknown => new ValueTask<DhcpReply?>(Drop(question, DhcpDropReason.UnknownLease, address.ToString())),
            AddressStanding.WrongSubnet when mayBeAnothersLease && leases.FindSubnet(address) is null => new ValueTask<DhcpReply?>(Drop(question, DhcpDropReason.UnknownLease, address.ToString())),
            _ => new ValueTask<DhcpReply?>(Nak(question, address)),
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DhcpReply?> AcknowledgeAsync(DhcpQuestion question, IPAddress address)
    {
        var grant = await leases.AcknowledgeAsync(question.Subnet, question.Asker, address, LeaseTimeOf(question), question.Client.HostName);
        switch (grant.Status)
        {
            case LeaseGrantStatus.Taken:
                return Nak(question, address);
            case LeaseGrantStatus.StoreUnavailable:
                return Drop(question, DhcpDropReason.StoreUnavailable, grant.Failure!.Message);
        }

        if (grant.Failure is { } failure)
        {
            DhcpLog.CarriedOn(
                journal.Logger, failure, question.Arrival.Interface, question.Message.TransactionId, question.Mac, address);
        }

        // Rounded down, so that the client never believes in its lease for longer than we do.
        var leaseTime = WholeSeconds(grant.TimeLeft);
        var bootOffer = ChooseBoot(question);
        return Reply(question, DhcpReplies.Ack(question, address, leaseTime, bootOffer), address, leaseTime, bootOffer);
    }

    private DhcpReply Nak(DhcpQuestion question, IPAddress address) =>
        Reply(question, DhcpReplies.Nak(question, NotYours), address, leaseTime: null, bootOffer: null);
}
