using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

public class DhcpResponderTests
{
    private readonly ResponderRig rig = new();

    [Fact]
    public async Task AFourWayExchange_BindsTheOfferedAddress()
    {
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.100 300");
        rig.Store.Leases.ShouldBeEmpty();
        var reply = (await rig.Ask(ResponderRig.Request(server: "192.0.2.1", requested: "192.0.2.100")))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
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
            28 192.0.2.255
            """);
        reply.Exchange.ShouldBe(new DhcpExchange(
            reply.Exchange.Client, DhcpMessageType.Request, DhcpMessageType.Ack, 0x12345678, IPAddress.Parse("192.0.2.100"), BootFile: null,
            TimeSpan.FromMinutes(5), "eth1", rig.Time.GetUtcNow()));
        rig.Store.Leases.Keys.ShouldBe([IPAddress.Parse("192.0.2.100")]);
        rig.Counters.Snapshot().Received.ShouldBe(new Dictionary<DhcpMessageType, long> { [DhcpMessageType.Discover] = 1, [DhcpMessageType.Request] = 1 });
    }

    [Fact]
    public async Task EveryBootStage_KeepsTheAddress_AndNoneShortensTheLease()
    {
        var discover = Capture.Message("ipxe-rom-discover.hex");
        rig.Known.Add(discover.ClientHardwareAddress);
        (await rig.Outcome(Capture.Message("bios-pxe-discover.hex"))).ShouldBe("Offer 192.0.2.100 300");
        (await rig.Outcome(discover)).ShouldBe("Offer 192.0.2.100 3600");
        var system = rig.Leases.AcknowledgeAsync(ResponderRig.Local, discover.ClientHardwareAddress, IPAddress.Parse("192.0.2.100"), TimeSpan.FromHours(1), null);
        (await system).Status.ShouldBe(LeaseGrantStatus.Granted);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        (await rig.Outcome(Capture.Message("bios-pxe-discover.hex"))).ShouldBe("Offer 192.0.2.100 3000");
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
    [InlineData(null, null, "203.0.113.5", false, "UnknownLease")] // rebinding: another server's, perhaps
    [InlineData("192.0.2.99", null, "192.0.2.104", false, "OtherServerChosen")]
    // none of them
    [InlineData(null, null, "0.0.0.0", false, "IncompleteRequest")]
    [InlineData("192.0.2.1", null, "0.0.0.0", false, "IncompleteRequest")]
    public async Task Request_IsAnsweredByItsMeaning(string? server, string? requested, string ciaddr, bool unicast, string outcome)
    {
        Bound("192.0.2.104", 1, TimeSpan.FromMinutes(1));
        Bound("192.0.2.105", 2, TimeSpan.FromMinutes(1));
        (await rig.Outcome(ResponderRig.Request(1, server, requested, ciaddr), unicast)).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("192.0.2.100", "UnknownLease")] // of a server before us, perhaps
    [InlineData("192.0.2.50", "UnknownLease")]
    [InlineData("192.0.2.105", "Nak 0.0.0.0")] // known to be another's
    [InlineData("203.0.113.5", "Nak 0.0.0.0")]
    public async Task InitReboot_OfAStranger_StaysUnanswered_UnlessTheAddressIsCertainlyWrong(string requested, string outcome)
    {
        Bound("192.0.2.105", 2, TimeSpan.FromMinutes(1));
        (await rig.Outcome(ResponderRig.Request(3, requested: requested))).ShouldBe(outcome);
    }

    [Fact]
    public async Task OtherServerChosen_FreesOurOfferAtOnce()
    {
        rig.Settings = rig.Settings with { Subnets = [ResponderRig.Local with { Pools = [new AddressPool(Address(100), Address(100))] }] };
        await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client: 1));
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 2))).ShouldBe("PoolExhausted");
        (await rig.Outcome(ResponderRig.Request(1, server: "192.0.2.99", requested: "192.0.2.7"))).ShouldBe("OtherServerChosen");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 2))).ShouldBe("Offer 192.0.2.100 300");
    }

    [Fact]
    public async Task Nak_IsBroadcast_AndSaysNothingElse()
    {
        var reply = (await rig.Ask(ResponderRig.Request(1, requested: "203.0.113.5")))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
            DHCPNAK xid 12345678 chaddr 52:54:00:00:00:01
            54 192.0.2.1
            56 "this address is not yours here"
            """);
        reply.Destination.Path.ShouldBe(ReplyPath.Broadcast);

        var relayed = (await rig.Ask(ResponderRig.Request(1, requested: "192.0.2.100", giaddr: "198.18.0.1")))!;
        relayed.Message.BroadcastFlag.ShouldBeTrue();
        (relayed.Destination.Path, relayed.Destination.Address).ShouldBe((ReplyPath.Relay, ResponderRig.RelayAddress));
    }

    [Fact]
    public async Task Relay_DecidesTheSubnet_AndItsOptionComesBackLast()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.RelayAgentInformation, new byte[] { 1, 2, 0xAB, 0xCD }).Add(DhcpOptionCode.ClientIdentifier, "id");
        var reply = (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, options: options, giaddr: "198.18.0.1")))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
            DHCPOFFER xid 12345678 chaddr 52:54:00:00:00:01 yiaddr 198.18.0.100 giaddr 198.18.0.1
            54 192.0.2.1
            61 "id"
            51 300 s
            58 150 s
            59 262 s
            1 255.255.255.0
            28 198.18.0.255
            82 0102ABCD
            """);
        rig.Probed.ShouldBeEmpty("a relayed client's link is out of ARP's reach");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, giaddr: "203.0.113.1"))).ShouldBe("NoSubnet");
    }

    [Fact]
    public async Task Renewing_FromARelayedSubnet_IsKnownByItsAddress()
    {
        Bound("198.18.0.104", 1, TimeSpan.FromMinutes(1));
        (await rig.Outcome(ResponderRig.Request(1, ciaddr: "198.18.0.104"), unicast: true)).ShouldBe("Ack 198.18.0.104 300");
        (await rig.Outcome(ResponderRig.Request(1, ciaddr: "198.18.0.104"), unicast: false)).ShouldBe("Nak 0.0.0.0", "on this link it is wrong");
    }

    [Fact]
    public async Task Inform_IsAnsweredWithoutALease()
    {
        var reply = (await rig.Ask(ResponderRig.Message(DhcpMessageType.Inform, ciaddr: "192.0.2.77")))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
            DHCPACK xid 12345678 chaddr 52:54:00:00:00:01 ciaddr 192.0.2.77
            54 192.0.2.1
            1 255.255.255.0
            3 192.0.2.1
            6 192.0.2.1 192.0.2.2
            15 "lab.example"
            42 192.0.2.3
            28 192.0.2.255
            """);
        (reply.Destination.Path, reply.Destination.Address).ShouldBe((ReplyPath.ClientAddress, Address(77)));
        rig.Store.Saved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Release_FreesTheAddress()
    {
        Bound("192.0.2.104", 1, TimeSpan.FromMinutes(1));
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Release, client: 2, ciaddr: "192.0.2.104"))).ShouldBe("UnknownLease");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Release, client: 1, ciaddr: "192.0.2.104"))).ShouldBe("silence");
        rig.Leases.ClientAt(Address(104)).ShouldBeNull();
        rig.Notices.Single().ShouldBeOfType<DhcpNotice.Released>().Client.HardwareAddress.ShouldBe(ResponderRig.Mac(1));
    }

    [Fact]
    public async Task Decline_LeadsToAnotherAddress()
    {
        await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        await rig.Ask(ResponderRig.Request(server: "192.0.2.1", requested: "192.0.2.100"));
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.ServerIdentifier, ResponderRig.ServerAddress).Add(DhcpOptionCode.RequestedAddress, Address(100));
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Decline, client: 2, options: options))).ShouldBe("UnknownLease");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Decline, options: options))).ShouldBe("silence");
        rig.Notices.Single().ShouldBeOfType<DhcpNotice.Declined>().Address.ShouldBe(Address(100));
        rig.Store.Leases[Address(100)].State.ShouldBe(LeaseState.Quarantined);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
    }

    [Fact]
    public async Task StoreFailure_CostsTheAck_UnlessADurableLeaseCarriesOn()
    {
        await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        rig.Store.IsFull = true;
        (await rig.Outcome(ResponderRig.Request(server: "192.0.2.1", requested: "192.0.2.100"))).ShouldBe("StoreUnavailable");
        rig.Drops.Last().Detail.ShouldBe("No space left on device");
        rig.Store.IsFull = false;
        (await rig.Outcome(ResponderRig.Request(server: "192.0.2.1", requested: "192.0.2.100"))).ShouldBe("Ack 192.0.2.100 300");
        rig.Store.IsFull = true;
        rig.Time.Advance(TimeSpan.FromSeconds(200.5));
        (await rig.Outcome(ResponderRig.Request(ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("Ack 192.0.2.100 99");
        rig.Time.Advance(TimeSpan.FromSeconds(100));
        (await rig.Outcome(ResponderRig.Request(ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("StoreUnavailable");
    }

    [Fact]
    public async Task Discover_AvoidsAddressesThatAnswerArp()
    {
        rig.OnTheLink[Address(100)] = ResponderRig.Mac(77);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
        rig.Probed.ShouldBe([Address(100), Address(101)]);
        rig.Store.Leases[Address(100)].ShouldBe(
            new Lease(Address(100), ResponderRig.Mac(77), LeaseState.Quarantined, rig.Time.GetUtcNow() + LeaseTable.QuarantineTime, null));

        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.101 300");
        rig.Probed.Count.ShouldBe(2, "a repeated DHCPDISCOVER is answered at once");
    }

    [Fact]
    public async Task Discover_DoesNotMistakeTheClientItselfForAConflict()
    {
        rig.OnTheLink[Address(100)] = ResponderRig.Mac(1);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.100 300");
    }

    [Fact]
    public async Task Discover_GivesUp_WhenEverythingAnswersArp()
    {
        for (var last = 100; last < 110; last++) rig.OnTheLink[Address(last)] = ResponderRig.Mac(77);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("AddressesInUse");
    }

    [Theory]
    [InlineData(AnswerPolicy.PxeOnly, 1, "NotABootClient")]
    [InlineData(AnswerPolicy.None, 10, "NobodyAnswered")]
    [InlineData(AnswerPolicy.Known, 1, "NotKnown")]
    [InlineData(AnswerPolicy.Known, 5, "Offer 192.0.2.100 3600")]
    [InlineData(AnswerPolicy.Known, 10, "Offer 192.0.2.10 3600")]
    public async Task Policy_DecidesWhoIsAnswered(AnswerPolicy answer, int client, string outcome)
    {
        rig.Known.Add(ResponderRig.Mac(5));
        rig.Settings = rig.Settings with { Answer = answer };
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client))).ShouldBe(outcome);
    }

    [Fact]
    public async Task Policy_OfASubnet_GoesBeforeTheGeneralOne()
    {
        rig.Settings = rig.Settings with { Answer = AnswerPolicy.None, Subnets = [ResponderRig.Local, ResponderRig.Remote with { Answer = AnswerPolicy.All }] };
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("NobodyAnswered");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, giaddr: "198.18.0.1"))).ShouldBe("Offer 198.18.0.100 300");
    }

    [Fact]
    public async Task ModeReservations_UsesNoPool()
    {
        rig.Settings = rig.Settings with { Mode = DhcpMode.Reservations };
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 1))).ShouldBe("NoReservation");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 10))).ShouldBe("Offer 192.0.2.10 3600");
    }

    [Fact]
    public async Task WhatIsNoRequest_IsDroppedForItsReason()
    {
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Offer))).ShouldBe("UnexpectedType");
        (await rig.Outcome(ResponderRig.Message((DhcpMessageType)99))).ShouldBe("UnexpectedType");
        var reply = new DhcpMessage { OpCode = DhcpOpCode.BootReply, TransactionId = 1, ClientHardwareAddress = ResponderRig.Mac(1), MessageType = DhcpMessageType.Offer };
        (await rig.Outcome(reply)).ShouldBe("NotARequest");
        var tokenRing = new DhcpMessage
        {
            OpCode = DhcpOpCode.BootRequest,
            TransactionId = 1,
            ClientHardwareAddress = new HardwareAddress(6, [1, 2, 3, 4, 5, 6]),
            MessageType = DhcpMessageType.Discover,
        };
        (await rig.Outcome(tokenRing)).ShouldBe("UnsupportedHardware");
        rig.Counters.Snapshot().Dropped.ShouldBe(new Dictionary<DhcpDropReason, long>
        {
            [DhcpDropReason.NotARequest] = 1,
            [DhcpDropReason.UnsupportedHardware] = 1,
            [DhcpDropReason.UnexpectedType] = 2,
        });
    }

    [Fact]
    public void EveryDropReason_HasASentence() =>
        Enum.GetValues<DhcpDropReason>().ShouldAllBe(r => r.Describe().EndsWith('.'));

    private static IPAddress Address(int last) => IPAddress.Parse($"192.0.2.{last}");

    private void Bound(string address, int client, TimeSpan left) => rig.Store.Leases[IPAddress.Parse(address)] =
        new Lease(IPAddress.Parse(address), ResponderRig.Mac(client), LeaseState.Bound, rig.Time.GetUtcNow() + left, null);

    [Fact]
    public async Task Inform_ForAnAddressOfNobodyHere_IsNotAnswered() =>
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Inform, ciaddr: "203.0.113.5"))).ShouldBe("NoSubnet");

    [Fact]
    public async Task Lease_IsNeverToldToBeLongerThanSet_WhenTheClockWasSetBack()
    {
        rig.Store.Leases[Address(100)] = new Lease(Address(100), ResponderRig.Mac(1), LeaseState.Bound, rig.Time.GetUtcNow().AddDays(365), null);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover))).ShouldBe("Offer 192.0.2.100 3600");
        (await rig.Outcome(ResponderRig.Request(1, "192.0.2.1", "192.0.2.100"))).ShouldBe("Ack 192.0.2.100 3600");
    }
}
