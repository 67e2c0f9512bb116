using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>What relays decide: the subnet, the destination, and what stands in option 54.</summary>
public class RelayTests
{
    // Option 82 by hand: circuit id 7; link selection 198.18.0.0; server identifier override 198.18.0.9.
    private static readonly byte[] circuit = [1, 1, 7];
    private static readonly byte[] link = [5, 4, 198, 18, 0, 0];
    private static readonly byte[] identity = [11, 4, 198, 18, 0, 9];

    private readonly ResponderRig rig = new();

    [Theory]
    // RFC 3527 and RFC 3011 choose the subnet; giaddr stays where the answer goes.
    [InlineData("link", null, "192.0.2.5", "Offer 198.18.0.100 300", "192.0.2.5")]
    [InlineData("link", "192.0.2.0", "192.0.2.5", "Offer 198.18.0.100 300", "192.0.2.5")]
    [InlineData(null, "198.18.0.0", "192.0.2.5", "Offer 198.18.0.100 300", "192.0.2.5")]
    [InlineData(null, "198.18.0.0", "0.0.0.0", "Offer 198.18.0.100 300", "198.18.0.100")]
    [InlineData(null, null, "198.18.0.1", "Offer 198.18.0.100 300", "198.18.0.1")]
    [InlineData(null, null, "0.0.0.0", "Offer 192.0.2.100 300", "192.0.2.100")]
    // A network that is not ours is not replaced by another one.
    [InlineData(null, "203.0.113.0", "192.0.2.5", "NoSubnet", null)]
    [InlineData("elsewhere", null, "192.0.2.5", "NoSubnet", null)]
    // A broken option 82 decides nothing.
    [InlineData("broken", null, "192.0.2.5", "Offer 192.0.2.100 300", "192.0.2.5")]
    public async Task Subnet_IsChosen_ByLinkThenSelectionThenGiaddr(string? linkSelection, string? selection, string giaddr, string outcome, string? destination)
    {
        var options = new DhcpOptionsBuilder();
        if (selection is not null) options.Add(DhcpOptionCode.SubnetSelection, IPAddress.Parse(selection));
        byte[]? relay = linkSelection switch
        {
            "link" => [.. circuit, .. link],
            "elsewhere" => [5, 4, 203, 0, 113, 0],
            "broken" => [5, 9, 198, 18, 0, 0],
            _ => null,
        };
        if (relay is not null) options.Add(DhcpOptionCode.RelayAgentInformation, relay);
        var discover = ResponderRig.Message(DhcpMessageType.Discover, options: options, giaddr: giaddr);
        (await rig.Outcome(discover)).ShouldBe(outcome);
        if (destination is not null) (await rig.Ask(discover))!.Destination.Address.ShouldBe(IPAddress.Parse(destination));
    }

    [Fact]
    public async Task Requests_AreCountedByRelay_AnsweredOrNot()
    {
        foreach (var giaddr in new[] { "198.18.0.1", "198.18.0.1", "203.0.113.1", "0.0.0.0" }) await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, giaddr: giaddr));
        rig.Drops.Single().Reason.ShouldBe(DhcpDropReason.NoSubnet, "no subnet is around 203.0.113.1, but its relay does send here");
        rig.Counters.Snapshot().Relayed.Select(c => $"{c.Key} {c.Value}").Order().ShouldBe(["198.18.0.1 2", "203.0.113.1 1"]);
    }

    [Fact]
    public void Relays_AreCounted_UpToABound()
    {
        using var counters = new DhcpCounters();
        var first = 0;
        for (var i = 0; i < 1000; i++)
        {
            if (counters.CountRelayed(new IPAddress([198, 18, (byte)(i >> 8), (byte)i]))) first++;
        }

        (first, counters.Snapshot().Relayed.Count).ShouldBe((256, 256));
        counters.CountRelayed(IPAddress.Parse("198.18.0.7")).ShouldBeFalse("it was seen before");
        counters.Snapshot().Relayed[IPAddress.Parse("198.18.0.7")].ShouldBe(2);
    }

    [Fact]
    public async Task Options118And82_ComeBackUnchanged_82Last()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.RelayAgentInformation, (byte[])[.. circuit, .. link]).Add(DhcpOptionCode.SubnetSelection, IPAddress.Parse("192.0.2.0"));
        var reply = (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, options: options, giaddr: "192.0.2.5")))!.Message;
        reply.Options.TakeLast(2).Select(o => $"{(byte)o.Code} {Convert.ToHexString(o.Value.Span)}").ShouldBe(["118 C0000200", "82 0101070504C6120000"]);
    }

    [Fact]
    public async Task ServerIdentifier_IsTheRelaysWhereItWantsSo()
    {
        DhcpMessage Relayed(DhcpMessageType type, string? server, string? requested)
        {
            var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.RelayAgentInformation, (byte[])[.. circuit, .. identity]);
            if (server is not null) options.Add(DhcpOptionCode.ServerIdentifier, IPAddress.Parse(server)).Add(DhcpOptionCode.RequestedAddress, IPAddress.Parse(requested!));
            return ResponderRig.Message(type, options: options, giaddr: "198.18.0.1");
        }

        var offer = (await rig.Ask(Relayed(DhcpMessageType.Discover, null, null)))!.Message;
        offer.ServerIdentifier.ShouldBe(IPAddress.Parse("198.18.0.9"));
        (await rig.Outcome(Relayed(DhcpMessageType.Request, "198.18.0.9", "198.18.0.100"))).ShouldBe("Ack 198.18.0.100 300");
        (await rig.Outcome(Relayed(DhcpMessageType.Request, "198.18.0.8", "198.18.0.100"))).ShouldBe("OtherServerChosen");
    }

    /// <summary>RFC 2131 section 4.1 through the whole responder: mode, relay, broadcast flag and ciaddr give the destination and its port.</summary>
    [Theory]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Discover, "0.0.0.0", false, "0.0.0.0", "HardwareAddress 192.0.2.100:68")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Discover, "0.0.0.0", true, "0.0.0.0", "Broadcast 255.255.255.255:68")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Discover, "198.18.0.1", false, "0.0.0.0", "Relay 198.18.0.1:67")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Discover, "198.18.0.1", true, "0.0.0.0", "Relay 198.18.0.1:67")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Request, "0.0.0.0", false, "192.0.2.104", "ClientAddress 192.0.2.104:68")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Request, "0.0.0.0", true, "192.0.2.104", "ClientAddress 192.0.2.104:68")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Request, "198.18.0.1", false, "198.18.0.104", "Relay 198.18.0.1:67")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Request, "0.0.0.0", false, "198.18.0.104", "Broadcast 255.255.255.255:68")] // NAK
    [InlineData(DhcpMode.Pool, DhcpMessageType.Request, "198.18.0.1", false, "192.0.2.104", "Relay 198.18.0.1:67")] // NAK
    [InlineData(DhcpMode.Pool, DhcpMessageType.Inform, "0.0.0.0", false, "192.0.2.77", "ClientAddress 192.0.2.77:68")]
    [InlineData(DhcpMode.Pool, DhcpMessageType.Inform, "198.18.0.1", false, "198.18.0.77", "Relay 198.18.0.1:67")]
    [InlineData(DhcpMode.Reservations, DhcpMessageType.Discover, "0.0.0.0", false, "0.0.0.0", "HardwareAddress 192.0.2.10:68")]
    [InlineData(DhcpMode.Reservations, DhcpMessageType.Discover, "192.0.2.5", true, "0.0.0.0", "Relay 192.0.2.5:67")]
    [InlineData(DhcpMode.Proxy, DhcpMessageType.Discover, "0.0.0.0", false, "0.0.0.0", "Broadcast 255.255.255.255:68")]
    [InlineData(DhcpMode.Proxy, DhcpMessageType.Discover, "0.0.0.0", true, "0.0.0.0", "Broadcast 255.255.255.255:68")]
    [InlineData(DhcpMode.Proxy, DhcpMessageType.Discover, "198.18.0.1", false, "0.0.0.0", "Relay 198.18.0.1:67")]
    [InlineData(DhcpMode.Proxy, DhcpMessageType.Discover, "198.18.0.1", true, "0.0.0.0", "Relay 198.18.0.1:67")]
    public async Task Answer_GoesWhereTheRfcSays(DhcpMode mode, DhcpMessageType type, string giaddr, bool broadcast, string ciaddr, string destination)
    {
        rig.Settings = rig.Settings with { Mode = mode };
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00000:UNDI:002001");
        var client = mode == DhcpMode.Reservations ? 10 : 1;
        var reply = (await rig.Ask(ResponderRig.Message(type, client, options, ciaddr, giaddr, broadcast)))!;
        $"{reply.Destination.Path} {reply.Destination.Address}:{reply.Destination.PortWith(67, 68)}".ShouldBe(destination);
        reply.Message.RelayAddress.ShouldBe(IPAddress.Parse(giaddr));
        reply.Message.BroadcastFlag.ShouldBe(broadcast || (reply.Message.MessageType == DhcpMessageType.Nak && giaddr != "0.0.0.0"));
    }
}
