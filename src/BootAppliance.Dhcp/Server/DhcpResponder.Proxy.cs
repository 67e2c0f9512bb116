using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <content>Boot information without an address: proxyDHCP on port 67, and the boot server on port 4011 (PXE specification 2.1, section 2.2).</content>
public sealed partial class DhcpResponder
{
    // A proxy gives no addresses, so it serves networks that nobody wrote down; those that are written may have settings of their own.
    // Firmware that takes no proxy offer gets a reservation there, and with it a whole offer.
    private static readonly Subnet Anywhere = new() { Prefix = new IPNetwork(IPAddress.Any, 0) };

    private readonly ProxyRepeats repeats;

    private DhcpReply? Proxy(DhcpQuestion question)
    {
        if (question.Message.MessageType != DhcpMessageType.Discover) return LeaveToTheOtherServer(question);
        if (!question.Client.IsBootClient) return Drop(question, DhcpDropReason.NotABootClient, question.Message.MessageType.ToRfcName());
        if (ChooseBoot(question) is not { } bootOffer) return Drop(question, DhcpDropReason.NoBootFile, question.Client.VendorClass ?? "");
        if (repeats.IsIgnored(question.Client)) journal.Noticed(new DhcpNotice.ProxyOfferIgnored(question.Arrival.Interface, question.Client));
        return Reply(question, DhcpReplies.BootOnly(question, DhcpMessageType.Offer, bootOffer), IPAddress.Any, leaseTime: null, bootOffer);
    }

    // What firmware asks a boot server: DHCPREQUEST, or DHCPINFORM, from the address that it has by now.
    private DhcpReply? BootServer(DhcpQuestion question)
    {
        if (question.Message.MessageType is not (DhcpMessageType.Request or DhcpMessageType.Inform))
            return Drop(question, DhcpDropReason.UnexpectedType, $"{question.Message.MessageType.ToRfcName()} on port 4011");
        if (!question.Client.IsBootClient) return Drop(question, DhcpDropReason.NotABootClient, question.Message.MessageType.ToRfcName());
        if (!question.IsForThisServer) return Drop(question, DhcpDropReason.OtherServerChosen, $"{question.Message.ServerIdentifier}");
        if (ChooseBoot(question) is not { } bootOffer) return Drop(question, DhcpDropReason.NoBootFile, question.Client.VendorClass ?? "");
        repeats.Forget(question.Mac);
        return Reply(question, DhcpReplies.BootOnly(question, DhcpMessageType.Ack, bootOffer), question.Message.ClientAddress, leaseTime: null, bootOffer);
    }

    // The normal course of a boot beside another server. The broadcast tells which address the machine has, which nothing else here does, and
    // that of the booted system is the only sign that it is up.
    private DhcpReply? LeaveToTheOtherServer(DhcpQuestion question)
    {
        if (question.Message is { MessageType: DhcpMessageType.Request, RequestedAddress: { } address })
            journal.Noticed(new DhcpNotice.AddressedElsewhere(question.Arrival.Interface, question.Client, address));
        return Drop(question, DhcpDropReason.AddressedElsewhere, question.Message.MessageType.ToRfcName());
    }
}
