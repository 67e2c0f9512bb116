using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

public class DhcpResponderTests
{
    private readonly Lab lab = new();

    [Fact]
    public async Task AFourWayExchange_BindsTheOfferedAddress()
    {
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.100 300");
        lab.Store.Leases.ShouldBeEmpty();
        var reply = (await lab.Ask(Lab.Request(server: "192.0.2.1", requested: "192.0.2.100")))!;
        Lab.Describe(reply.Message).ShouldBe("""
            DHCPACK xid 12345678 chaddr 52:54:00:00:00:01 yiaddr 192.0.2.100
            54 192.0.2.1
            51 300 s
            58 150 s
            59 262 s
            1 255.255.255.0
            3 192.0.2.1
            6 192.0.2.1 192.0.2.2
            15 "lab.example"
            42 192.0.2.3
            """);
        reply.Exchange.ShouldBe(new DhcpExchange(
            reply.Exchange.Client, DhcpMessageType.Request, DhcpMessageType.Ack, 0x12345678, IPAddress.Parse("192.0.2.100"), BootFile: null,
            TimeSpan.FromMinutes(5), "eth1", lab.Time.GetUtcNow()));
        lab.Store.Leases.Keys.ShouldBe([IPAddress.Parse("192.0.2.100")]);
        lab.Counters.Snapshot().Received.ShouldBe(new Dictionary<DhcpMessageType, long> { [DhcpMessageType.Discover] = 1, [DhcpMessageType.Request] = 1 });
    }

    [Fact]
    public async Task EveryBootStage_KeepsTheAddress_AndNoneShortensTheLease()
    {
        var discover = Capture.Message("ipxe-rom-discover.hex");
        lab.Known.Add(discover.ClientHardwareAddress);
        (await lab.Outcome(Capture.Message("bios-pxe-discover.hex"))).ShouldBe("Offer 192.0.2.100 300");
        (await lab.Outcome(discover)).ShouldBe("Offer 192.0.2.100 3600");
        var system = lab.Leases.AcknowledgeAsync(Lab.Local, discover.ClientHardwareAddress, IPAddress.Parse("192.0.2.100"), TimeSpan.FromHours(1), null);
        (await system).Status.ShouldBe(LeaseGrantStatus.Granted);
        lab.Time.Advance(TimeSpan.FromMinutes(10));
        (await lab.Outcome(Capture.Message("bios-pxe-discover.hex"))).ShouldBe("Offer 192.0.2.100 3000");
    }

    [Theory]
    // SELECTING
    [InlineData("192.0.2.1", "192.0.2.100", "0.0.0.0", false, "Ack 192.0.2.100 300")]
    [InlineData("192.0.2.99", "192.0.2.100", "0.0.0.0", false, "OtherServerChosen")]
    [InlineData("192.0.2.1", "192.0.2.105", "0.0.0.0", false, "Nak 0.0.0.0")] // held by another
    [InlineData("192.0.2.1", "192.0.2.50", "0.0.0.0", false, "Nak 0.0.0.0")] // not from a pool
    [InlineData("192.0.2.1", "203.0.113.5", "0.0.0.0", false, "Nak 0.0.0.0")] // another network
    // INIT-REBOOT
    [InlineData(null, "192.0.2.104", "0.0.0.0", false, "Ack 192.0.2.104 300")] // its lease
    [InlineData(null, "192.0.2.103", "0.0.0.0", false, "Nak 0.0.0.0")] // free, but the client has another
    [InlineData(null, "192.0.2.105", "0.0.0.0", false, "Nak 0.0.0.0")]
    [InlineData(null, "203.0.113.5", "0.0.0.0", false, "Nak 0.0.0.0")]
    // RENEWING
    [InlineData(null, null, "192.0.2.104", true, "Ack 192.0.2.104 300")]
    [InlineData(null, null, "192.0.2.103", true, "Ack 192.0.2.103 300")]
    [InlineData(null, null, "192.0.2.105", true, "Nak 0.0.0.0")]
    [InlineData(null, null, "192.0.2.50", true, "UnknownLease")]
    // REBINDING
    [InlineData(null, null, "192.0.2.104", false, "Ack 192.0.2.104 300")]
    [InlineData(null, null, "192.0.2.105", false, "Nak 0.0.0.0")]
    [InlineData(null, null, "203.0.113.5", false, "Nak 0.0.0.0")]
    [InlineData("192.0.2.99", null, "192.0.2.104", false, "OtherServerChosen")]
    // none of them
    [InlineData(null, null, "0.0.0.0", false, "IncompleteRequest")]
    [InlineData("192.0.2.1", null, "0.0.0.0", false, "IncompleteRequest")]
    public async Task Request_IsAnsweredByItsMeaning(string? server, string? requested, string ciaddr, bool unicast, string outcome)
    {
        Bound("192.0.2.104", 1, TimeSpan.FromMinutes(1));
        Bound("192.0.2.105", 2, TimeSpan.FromMinutes(1));
        (await lab.Outcome(Lab.Request(1, server, requested, ciaddr), unicast)).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("192.0.2.100", "UnknownLease")] // of a server before us, perhaps
    [InlineData("192.0.2.50", "UnknownLease")]
    [InlineData("192.0.2.105", "Nak 0.0.0.0")] // known to be another's
    [InlineData("203.0.113.5", "Nak 0.0.0.0")]
    public async Task InitReboot_OfAStranger_StaysUnanswered_UnlessTheAddressIsCertainlyWrong(string requested, string outcome)
    {
        Bound("192.0.2.105", 2, TimeSpan.FromMinutes(1));
        (await lab.Outcome(Lab.Request(3, requested: requested))).ShouldBe(outcome);
    }

    [Fact]
    public async Task OtherServerChosen_FreesOurOfferAtOnce()
    {
        lab.Settings = lab.Settings with { Subnets = [Lab.Local with { Pools = [new AddressPool(Address(100), Address(100))] }] };
        await lab.Ask(Lab.Message(DhcpMessageType.Discover, client: 1));
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, client: 2))).ShouldBe("PoolExhausted");
        (await lab.Outcome(Lab.Request(1, server: "192.0.2.99", requested: "192.0.2.7"))).ShouldBe("OtherServerChosen");
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, client: 2))).ShouldBe("Offer 192.0.2.100 300");
    }

    [Fact]
    public async Task Nak_IsBroadcast_AndSaysNothingElse()
    {
        var reply = (await lab.Ask(Lab.Request(1, requested: "203.0.113.5")))!;
        Lab.Describe(reply.Message).ShouldBe("""
            DHCPNAK xid 12345678 chaddr 52:54:00:00:00:01
            54 192.0.2.1
            56 "this address is not yours here"
            """);
        reply.Destination.Path.ShouldBe(ReplyPath.Broadcast);

        var relayed = (await lab.Ask(Lab.Request(1, requested: "192.0.2.100", giaddr: "198.18.0.1")))!;
        relayed.Message.BroadcastFlag.ShouldBeTrue();
        (relayed.Destination.Path, relayed.Destination.Address).ShouldBe((ReplyPath.Relay, Lab.RelayAddress));
    }

    [Fact]
    public async Task Relay_DecidesTheSubnet_AndItsOptionComesBackLast()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.RelayAgentInformation, new byte[] { 1, 2, 0xAB, 0xCD }).Add(DhcpOptionCode.ClientIdentifier, "id");
        var reply = (await lab.Ask(Lab.Message(DhcpMessageType.Discover, options: options, giaddr: "198.18.0.1")))!;
        Lab.Describe(reply.Message).ShouldBe("""
            DHCPOFFER xid 12345678 chaddr 52:54:00:00:00:01 yiaddr 198.18.0.100 giaddr 198.18.0.1
            54 192.0.2.1
            61 "id"
            51 300 s
            58 150 s
            59 262 s
            1 255.255.255.0
            82 0102ABCD
            """);
        lab.Probed.ShouldBeEmpty("a relayed client's link is out of ARP's reach");
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, giaddr: "203.0.113.1"))).ShouldBe("NoSubnet");
    }

    [Fact]
    public async Task Renewing_FromARelayedSubnet_IsKnownByItsAddress()
    {
        Bound("198.18.0.104", 1, TimeSpan.FromMinutes(1));
        (await lab.Outcome(Lab.Request(1, ciaddr: "198.18.0.104"), unicast: true)).ShouldBe("Ack 198.18.0.104 300");
        (await lab.Outcome(Lab.Request(1, ciaddr: "198.18.0.104"), unicast: false)).ShouldBe("Nak 0.0.0.0", "on this link it is wrong");
    }

    [Fact]
    public async Task Inform_IsAnsweredWithoutALease()
    {
        var reply = (await lab.Ask(Lab.Message(DhcpMessageType.Inform, ciaddr: "192.0.2.77")))!;
        Lab.Describe(reply.Message).ShouldBe("""
            DHCPACK xid 12345678 chaddr 52:54:00:00:00:01 ciaddr 192.0.2.77
            54 192.0.2.1
            1 255.255.255.0
            3 192.0.2.1
            6 192.0.2.1 192.0.2.2
            15 "lab.example"
            42 192.0.2.3
            """);
        (reply.Destination.Path, reply.Destination.Address).ShouldBe((ReplyPath.ClientAddress, Address(77)));
        lab.Store.Saved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Release_FreesTheAddress()
    {
        Bound("192.0.2.104", 1, TimeSpan.FromMinutes(1));
        (await lab.Outcome(Lab.Message(DhcpMessageType.Release, client: 2, ciaddr: "192.0.2.104"))).ShouldBe("UnknownLease");
        (await lab.Outcome(Lab.Message(DhcpMessageType.Release, client: 1, ciaddr: "192.0.2.104"))).ShouldBe("silence");
        lab.Leases.ClientAt(Address(104)).ShouldBeNull();
    }

    [Fact]
    public async Task Decline_LeadsToAnotherAddress()
    {
        await lab.Ask(Lab.Message(DhcpMessageType.Discover));
        await lab.Ask(Lab.Request(server: "192.0.2.1", requested: "192.0.2.100"));
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.ServerIdentifier, Lab.ServerAddress).Add(DhcpOptionCode.RequestedAddress, Address(100));
        (await lab.Outcome(Lab.Message(DhcpMessageType.Decline, client: 2, options: options))).ShouldBe("UnknownLease");
        (await lab.Outcome(Lab.Message(DhcpMessageType.Decline, options: options))).ShouldBe("silence");
        lab.Store.Leases[Address(100)].State.ShouldBe(LeaseState.Quarantined);
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
    }

    [Fact]
    public async Task StoreFailure_CostsTheAck_UnlessADurableLeaseCarriesOn()
    {
        await lab.Ask(Lab.Message(DhcpMessageType.Discover));
        lab.Store.IsFull = true;
        (await lab.Outcome(Lab.Request(server: "192.0.2.1", requested: "192.0.2.100"))).ShouldBe("StoreUnavailable");
        lab.Drops.Last().Detail.ShouldBe("No space left on device");
        lab.Store.IsFull = false;
        (await lab.Outcome(Lab.Request(server: "192.0.2.1", requested: "192.0.2.100"))).ShouldBe("Ack 192.0.2.100 300");
        lab.Store.IsFull = true;
        lab.Time.Advance(TimeSpan.FromSeconds(200.5));
        (await lab.Outcome(Lab.Request(ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("Ack 192.0.2.100 99");
        lab.Time.Advance(TimeSpan.FromSeconds(100));
        (await lab.Outcome(Lab.Request(ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("StoreUnavailable");
    }

    [Fact]
    public async Task Discover_AvoidsAddressesThatAnswerArp()
    {
        lab.OnTheLink[Address(100)] = Lab.Mac(77);
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
        lab.Probed.ShouldBe([Address(100), Address(101)]);
        lab.Store.Leases[Address(100)].ShouldBe(
            new Lease(Address(100), Lab.Mac(77), LeaseState.Quarantined, lab.Time.GetUtcNow() + LeaseTable.QuarantineTime, null));

        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
        lab.Probed.Count.ShouldBe(2, "a repeated DHCPDISCOVER is answered at once");
    }

    [Fact]
    public async Task Discover_DoesNotMistakeTheClientItselfForAConflict()
    {
        lab.OnTheLink[Address(100)] = Lab.Mac(1);
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.100 300");
    }

    [Fact]
    public async Task Discover_GivesUp_WhenEverythingAnswersArp()
    {
        for (var last = 100; last < 110; last++) lab.OnTheLink[Address(last)] = Lab.Mac(77);
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover))).ShouldBe("AddressesInUse");
    }

    [Theory]
    [InlineData(AnswerPolicy.PxeOnly, 1, "NotABootClient")]
    [InlineData(AnswerPolicy.Known, 1, "NotKnown")]
    [InlineData(AnswerPolicy.Known, 5, "Offer 192.0.2.100 3600")]
    [InlineData(AnswerPolicy.Known, 10, "Offer 192.0.2.10 3600")]
    public async Task Policy_DecidesWhoIsAnswered(AnswerPolicy answer, int client, string outcome)
    {
        lab.Known.Add(Lab.Mac(5));
        lab.Settings = lab.Settings with { Answer = answer };
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, client))).ShouldBe(outcome);
    }

    [Fact]
    public async Task ModeReservations_UsesNoPool()
    {
        lab.Settings = lab.Settings with { Mode = DhcpMode.Reservations };
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, client: 1))).ShouldBe("NoReservation");
        (await lab.Outcome(Lab.Message(DhcpMessageType.Discover, client: 10))).ShouldBe("Offer 192.0.2.10 3600");
    }

    [Fact]
    public async Task WhatIsNoRequest_IsDroppedForItsReason()
    {
        (await lab.Outcome(Lab.Message(DhcpMessageType.Offer))).ShouldBe("UnexpectedType");
        (await lab.Outcome(Lab.Message((DhcpMessageType)99))).ShouldBe("UnexpectedType");
        var reply = new DhcpMessage { OpCode = DhcpOpCode.BootReply, TransactionId = 1, ClientHardwareAddress = Lab.Mac(1), MessageType = DhcpMessageType.Offer };
        (await lab.Outcome(reply)).ShouldBe("NotARequest");
        var tokenRing = new DhcpMessage
        {
            OpCode = DhcpOpCode.BootRequest, TransactionId = 1, ClientHardwareAddress = new HardwareAddress(6, [1, 2, 3, 4, 5, 6]), MessageType = DhcpMessageType.Discover,
        };
        (await lab.Outcome(tokenRing)).ShouldBe("UnsupportedHardware");
        lab.Counters.Snapshot().Dropped.ShouldBe(new Dictionary<DhcpDropReason, long>
        {
            [DhcpDropReason.NotARequest] = 1, [DhcpDropReason.UnsupportedHardware] = 1, [DhcpDropReason.UnexpectedType] = 2,
        });
    }

    [Fact]
    public void EveryDropReason_HasASentence() =>
        Enum.GetValues<DhcpDropReason>().ShouldAllBe(r => r.Describe().EndsWith('.'));

    private static IPAddress Address(int last) => IPAddress.Parse($"192.0.2.{last}");

    private void Bound(string address, int client, TimeSpan left) => lab.Store.Leases[IPAddress.Parse(address)] =
        new Lease(IPAddress.Parse(address), Lab.Mac(client), LeaseState.Bound, lab.Time.GetUtcNow() + left, null);
}
