using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Makes the messages of a server; which fields each has is table 3 of RFC 2131.</summary>
internal static class DhcpReplies
{
    public static DhcpMessage Offer(DhcpQuestion question, IPAddress address, TimeSpan leaseTime, BootOffer? boot) =>
        Lease(question, DhcpMessageType.Offer, address, leaseTime, boot);

    public static DhcpMessage Ack(DhcpQuestion question, IPAddress address, TimeSpan leaseTime, BootOffer? boot) =>
        Lease(question, DhcpMessageType.Ack, address, leaseTime, boot);

    /// <summary>
    /// The answer to a DHCPINFORM. RFC 2131 section 4.3.5: "The server MUST NOT send a lease expiration time to the client and SHOULD NOT
    /// fill in 'yiaddr'."
    /// </summary>
    public static DhcpMessage InformAck(DhcpQuestion question, BootOffer? boot)
    {
        var options = Begin(question);
        NetworkOptions.AddTo(options, question, boot);
        return Finish(question, DhcpMessageType.Ack, IPAddress.Any, options, boot);
    }

    /// <summary>What a proxy offers, and a boot server acknowledges: boot information and no address (PXE specification 2.1, section 2.2).</summary>
    public static DhcpMessage BootOnly(DhcpQuestion question, DhcpMessageType type, BootOffer boot) =>
        Finish(question, type, IPAddress.Any, Begin(question), boot, withAddress: false);

    public static DhcpMessage Nak(DhcpQuestion question, string why)
    {
        var request = question.Message;
        var options = Begin(question).Add(DhcpOptionCode.Message, why).Echo(DhcpOptionCode.SubnetSelection, request).Echo(DhcpOptionCode.RelayAgentInformation, request);
        return question.Reply.Write(new DhcpMessage.Header
        {
            OpCode = DhcpOpCode.BootReply,
            TransactionId = request.TransactionId,
            // RFC 2131 section 4.3.2: "If 'giaddr' is set in the DHCPREQUEST message, the client is on a different subnet. The server MUST
            // set the broadcast bit in the DHCPNAK, so that the relay agent will broadcast the DHCPNAK to the client".
            Flags = request.IsRelayed ? (ushort)(request.Flags | DhcpMessage.BroadcastBit) : request.Flags,
            ClientAddress = IPAddress.Any,
            YourAddress = IPAddress.Any,
            NextServerAddress = IPAddress.Any,
            RelayAddress = request.RelayAddress,
            ClientHardwareAddress = request.ClientHardwareAddress,
            ServerName = "",
            BootFileName = "",
            MessageType = DhcpMessageType.Nak,
            Options = options.Build(),
        });
    }

    private static DhcpMessage Lease(DhcpQuestion question, DhcpMessageType type, IPAddress address, TimeSpan leaseTime, BootOffer? boot)
    {
        var options = Begin(question)
            .Add(DhcpOptionCode.LeaseTime, leaseTime)
            .Add(DhcpOptionCode.RenewalTime, leaseTime / 2)
            .Add(DhcpOptionCode.RebindingTime, leaseTime * 7 / 8);
        NetworkOptions.AddTo(options, question, boot);
        return Finish(question, type, address, options, boot);
    }

    private static DhcpOptionsBuilder Begin(DhcpQuestion question) => question.Reply.Begin()
        .Add(DhcpOptionCode.ServerIdentifier, question.ServerIdentifier)
        .Echo(DhcpOptionCode.ClientIdentifier, question.Message); // RFC 6842

    private static DhcpMessage Finish(DhcpQuestion question, DhcpMessageType type, IPAddress address, DhcpOptionsBuilder options, BootOffer? boot, bool withAddress = true)
    {
        var request = question.Message;
        if (boot is not null) BootReplyForm.AddTo(options, request, question.Client, boot, withAddress);
        options.Echo(DhcpOptionCode.SubnetSelection, request); // RFC 3011 section 2: an identical copy in every answer
        options.Echo(DhcpOptionCode.RelayAgentInformation, request);
        return question.Reply.Write(new DhcpMessage.Header
        {
            OpCode = DhcpOpCode.BootReply,
            TransactionId = request.TransactionId,
            Flags = request.Flags,
            ClientAddress = type == DhcpMessageType.Ack ? request.ClientAddress : IPAddress.Any,
            YourAddress = address,
            NextServerAddress = boot?.NextServer ?? IPAddress.Any,
            RelayAddress = request.RelayAddress,
            ClientHardwareAddress = request.ClientHardwareAddress,
            ServerName = boot?.NextServer.ToString() ?? "",
            BootFileName = boot is null ? "" : BootReplyForm.FileField(boot),
            MessageType = type,
            Options = options.Build(),
        });
    }
}
