using System.Net;
using System.Runtime.CompilerServices;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Answers DHCP messages by RFC 2131 section 4.3; opens no socket: the reply is returned, and someone else sends it.</summary>
public sealed partial class DhcpResponder
{
    // A client gives up after a few seconds; more probes than this would outlast it.
    private const int MaximumProbes = 8;

    private readonly DhcpServerSettings settings;
    private readonly LeaseTable leases;
    private readonly IBootOfferSource boot;
    private readonly IAddressProbe? probe;
    private readonly AddressChecks checks = new();
    private readonly DhcpJournal journal;
    private readonly TimeProvider time;
    private readonly DhcpClientCache clients = new();

    // Made once: a method named where a delegate is wanted is a new one each time.
    private readonly Func<IPAddress, Subnet?> subnetAround;
    private readonly Func<HardwareAddress, bool> isKnown;

    /// <summary>Puts a responder together; without a probe no address is looked for before it is offered.</summary>
    public DhcpResponder(
        DhcpServerSettings settings, LeaseTable leases, IBootOfferSource boot, IAddressProbe? probe, DhcpJournal journal, TimeProvider time)
    {
        if (settings.Mode == DhcpMode.Off) throw new ArgumentException("Mode Off answers nobody.", nameof(settings));
        (this.settings, this.leases, this.boot, this.journal, this.time) = (settings, leases, boot, journal, time);
        this.probe = settings.ProbeAddresses ? probe : null;
        repeats = new ProxyRepeats(time);
        (subnetAround, isKnown) = (leases.FindSubnet, boot.IsKnown);
    }

    /// <summary>The reply to a message, if it gets one; whatever it promises is durable when the task ends.</summary>
    /// <param name="message">The message; it is read until the task ends.</param>
    /// <param name="arrival">How it came.</param>
    /// <param name="memory">A reply that was sent, to be used again; null: a new one.</param>
    public ValueTask<DhcpReply?> RespondAsync(DhcpMessage message, DhcpArrival arrival, DhcpReply? memory = null)
    {
        journal.Received(message, arrival.Interface);
        var client = clients.Read(message);
        if (message.OpCode != DhcpOpCode.BootRequest) return Ignore(DhcpDropReason.NotARequest);
        if (!message.ClientHardwareAddress.IsEthernet) return Ignore(DhcpDropReason.UnsupportedHardware);
        if (FindSubnet(message, arrival) is not { } subnet) return Ignore(DhcpDropReason.NoSubnet);
        if (settings.FindRefusal(client, IsKnown(client, subnet), subnet) is { } refusal) return Ignore(refusal);

        var asker = settings.Mode == DhcpMode.Proxy ? client.HardwareAddress : leases.Identify(subnet, client);
        var question = new DhcpQuestion(message, client, asker, arrival, subnet, memory ?? new DhcpReply());
        if (arrival.BootServerClient is not null) return new ValueTask<DhcpReply?>(BootServer(question));
        if (settings.Mode == DhcpMode.Proxy && !HasReservation(client, subnet)) return new ValueTask<DhcpReply?>(Proxy(question));
        return message.MessageType switch
        {
            DhcpMessageType.Discover => DiscoverAsync(question),
            DhcpMessageType.Request => RequestAsync(question),
            DhcpMessageType.Decline => DeclineAsync(question),
            DhcpMessageType.Release => ReleaseAsync(question),
            DhcpMessageType.Inform => new ValueTask<DhcpReply?>(Inform(question)),
            _ => Ignore(DhcpDropReason.UnexpectedType),
        };

        ValueTask<DhcpReply?> Ignore(DhcpDropReason reason)
        {
            journal.Dropped(reason, arrival.Interface, message.TransactionId, client, message.MessageType.ToRfcName());
            return default;
        }
    }

    // Of several subnets on one wire it is the one that has the address which the message is about.
    private Subnet? FindSubnet(DhcpMessage message, DhcpArrival arrival)
    {
        if (SubnetChoice.Find(message, arrival, subnetAround) is not { } subnet)
        {
            // Behind a relay only where that network is written down: TFTP and HTTP serve no other, and an offer would lead to nothing.
            return settings.Mode == DhcpMode.Proxy && !message.IsRelayed ? Anywhere : null;
        }

        return message.MessageType == DhcpMessageType.Discover ? subnet : leases.SubnetOnWire(subnet, message.RequestedAddress ?? message.ClientAddress);
    }

    private bool IsKnown(DhcpClient client, Subnet subnet) =>
        boot.IsKnown(client.HardwareAddress) || HasReservation(client, subnet);

    private bool HasReservation(DhcpClient client, Subnet subnet) => !ReferenceEquals(subnet, Anywhere) && leases.HasReservation(subnet, client.HardwareAddress);

    // Firmware needs its address for one small file, and machines that nobody knows may never come back: both are given little time. iPXE
    // is given all of it, since it never renews and may load images for longer than a short lease.
    private TimeSpan LeaseTimeOf(DhcpQuestion question) => question.Client.Kind switch
    {
        BootClientKind.BiosPxe or BootClientKind.UefiPxe or BootClientKind.HttpBoot => question.Subnet.UnknownLeaseTime,
        _ => IsKnown(question.Client, question.Subnet) ? question.Subnet.LeaseTime : question.Subnet.UnknownLeaseTime,
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DhcpReply?> DiscoverAsync(DhcpQuestion question)
    {
        for (var attempt = 0; attempt < MaximumProbes; attempt++)
        {
            var choice = leases.Choose(question.Subnet, question.Asker, question.Message.RequestedAddress, isKnown);
            switch (choice.Status)
            {
                case AddressChoiceStatus.NoReservation: return Drop(question, DhcpDropReason.NoReservation, "");
                case AddressChoiceStatus.ReservationInUse: return Drop(question, DhcpDropReason.ReservationInUse, WhoHas(choice.Address));
                case AddressChoiceStatus.PoolExhausted: return Drop(question, DhcpDropReason.PoolExhausted, choice.Usage!.ToString());
            }

            var isSure = !choice.NeedsProbe || probe is null || question.Message.IsRelayed;
            if (isSure || await IsUnusedAsync(question, choice.Address, probe!)) return Offer(question with { Subnet = choice.Subnet! }, choice);
        }

        return Drop(question, DhcpDropReason.AddressesInUse, question.Subnet.Prefix.ToString());
    }

    // A relayed client's link is out of ARP's reach. A client that repeats its DHCPDISCOVER meanwhile joins the look that is under way.
    private Task<bool> IsUnusedAsync(DhcpQuestion question, IPAddress address, IAddressProbe link) =>
        checks.JoinAsync(address, () => LookForHolderAsync(question, address, link));

    // The client itself may answer, from the system that runs on it: that is no conflict.
    private async Task<bool> LookForHolderAsync(DhcpQuestion question, IPAddress address, IAddressProbe link)
    {
        if (await link.FindHolderAsync(address) is not { } holder || holder == question.Mac)
        {
            leases.MarkProbed(question.Asker, address);
            return true;
        }

        DhcpLog.AddressInUse(
            journal.Logger, question.Arrival.Interface, question.Message.TransactionId, question.Mac, address, holder, LeaseTable.QuarantineTime.TotalMinutes);
        await QuarantineAsync(question, () => leases.QuarantineAsync(address, holder), address);
        return false;
    }

    private DhcpReply Offer(DhcpQuestion question, AddressChoice choice)
    {
        var leaseTime = LeaseTimeOf(question);
        if (choice.HeldUntil - time.GetUtcNow() is { } left && left > leaseTime) leaseTime = WholeSeconds(left < question.Subnet.LongestLease ? left : question.Subnet.LongestLease);
        var bootOffer = ChooseBoot(question);
        return Reply(question, DhcpReplies.Offer(question, choice.Address, leaseTime, bootOffer), choice.Address, leaseTime, bootOffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DhcpReply?> DeclineAsync(DhcpQuestion question)
    {
        if (!question.IsForThisServer) return Drop(question, DhcpDropReason.OtherServerChosen, "");
        if (question.Message.RequestedAddress is not { } address) return Drop(question, DhcpDropReason.IncompleteRequest, "");
        var known = true;
        await QuarantineAsync(question, async () => known = await leases.DeclineAsync(question.Asker, address), address);
        if (!known) return Drop(question, DhcpDropReason.UnknownLease, address.ToString());
        journal.Noticed(new DhcpNotice.Declined(question.Arrival.Interface, question.Client, address));
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DhcpReply?> ReleaseAsync(DhcpQuestion question)
    {
        if (!question.IsForThisServer) return Drop(question, DhcpDropReason.OtherServerChosen, "");
        var address = question.Message.ClientAddress;
        try
        {
            if (!await leases.ReleaseAsync(question.Asker, address)) return Drop(question, DhcpDropReason.UnknownLease, address.ToString());
        }
        catch (Exception failure)
        {
            return Drop(question, DhcpDropReason.StoreUnavailable, failure.Message);
        }

        journal.Noticed(new DhcpNotice.Released(question.Arrival.Interface, question.Client, address));
        return null;
    }

    private DhcpReply? Inform(DhcpQuestion question)
    {
        // RFC 2131 section 4.3.5 answers to ciaddr; without one there is nowhere to answer to.
        var address = question.Message.ClientAddress;
        if (address.Equals(IPAddress.Any)) return Drop(question, DhcpDropReason.IncompleteRequest, "DHCPINFORM");

        // The answer goes where the packet says; nobody may have it sent into another network.
        if (leases.FindSubnet(address) is null) return Drop(question, DhcpDropReason.NoSubnet, $"DHCPINFORM from {address}");
        var bootOffer = ChooseBoot(question);
        return Reply(question, DhcpReplies.InformAck(question, bootOffer), address, leaseTime: null, bootOffer);
    }

    private async Task QuarantineAsync(DhcpQuestion question, Func<Task> quarantine, IPAddress address)
    {
        try
        {
            await quarantine();
        }
        catch (Exception failure)
        {
            DhcpLog.QuarantineNotStored(
                journal.Logger, failure, question.Arrival.Interface, question.Message.TransactionId, question.Mac, address);
        }
    }

    private BootOffer? ChooseBoot(DhcpQuestion question)
    {
        var offer = question.Client.IsBootClient ? boot.Choose(question.Client, question.Arrival.ServerAddress) : null;
        return offer is not null && question.Subnet.NextServer is { } nextServer ? offer with { NextServer = nextServer } : offer;
    }

    private DhcpReply Reply(DhcpQuestion question, DhcpMessage whole, IPAddress address, TimeSpan? leaseTime, BootOffer? bootOffer)
    {
        var maximumLength = DhcpMessageWriter.MaximumLengthFor(question.Message);
        var message = ReplyFitting.Fit(whole, maximumLength, mayOverload: !question.Client.IsBootClient, out var leftOut);
        if (leftOut.Count > 0) journal.LeftOut(question.Arrival.Interface, question.Message.TransactionId, question.Mac, maximumLength, leftOut);
        var destination = question.Arrival.BootServerClient is { } source
            ? ReplyDestination.ForBootServerClient(question.Message, source)
            : ReplyDestination.For(question.Message, message);
        var exchange = new DhcpExchange(
            question.Client, question.Message.MessageType, message.MessageType, message.TransactionId, address, bootOffer?.BootFile, leaseTime,
            question.Arrival.Interface, time.GetUtcNow())
        {
            IsRenewal = question.IsRenewal,
        };
        return question.Reply.Finish(message, destination, maximumLength, exchange);
    }

    private DhcpReply? Drop(DhcpQuestion question, DhcpDropReason reason, string detail)
    {
        journal.Dropped(reason, question.Arrival.Interface, question.Message.TransactionId, question.Client, detail);
        return null;
    }

    private string WhoHas(IPAddress address) => leases.Find(address) is { } lease
        ? $"{address} is {lease.State} for {lease.Client} until {lease.Expires:HH:mm:ss} UTC"
        : $"{address} is being given to another client";

    private static TimeSpan WholeSeconds(TimeSpan duration) => TimeSpan.FromSeconds(Math.Floor(duration.TotalSeconds));
}
