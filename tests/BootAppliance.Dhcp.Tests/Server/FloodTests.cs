using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>A storm of requests from made-up machines, each with a MAC address of its own.</summary>
public class FloodTests
{
    private const int NodeWithLease = 20;
    private const int NewNode = 21;
    private const int NodeWithReservation = 10;

    private readonly ResponderRig rig = new() { Known = { ResponderRig.Mac(NodeWithLease), ResponderRig.Mac(NewNode) } };

    [Fact]
    public async Task Storm_LeavesKnownMachinesServed()
    {
        (await Take(NodeWithLease)).ShouldBe("Ack 192.0.2.100 3600");
        for (var stranger = 0; stranger < 5000; stranger++)
        {
            await rig.Ask(Stranger(stranger));
            if (stranger % 1000 != 500) continue;
            rig.Drops.Last().Reason.ShouldBe(DhcpDropReason.PoolExhausted);
            (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, NodeWithReservation))).ShouldBe("Offer 192.0.2.10 3600");
            (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Request, NodeWithLease, ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("Ack 192.0.2.100 3600");
            (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, NodeWithLease))).ShouldBe("Offer 192.0.2.100 3600");
            (await Take(NewNode)).ShouldBe("Ack 192.0.2.101 3600", "that is what the first stranger was offered and did not take");
        }
    }

    [Fact]
    public async Task Node_TakesThePlaceOfNoNode_AndOfNoStrangerWithALease()
    {
        (await Take(30)).ShouldBe("Ack 192.0.2.100 300", "a stranger that is a machine");
        await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, NodeWithLease));
        for (var stranger = 0; stranger < 8; stranger++) await rig.Ask(Stranger(stranger));
        await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, 30));
        (await rig.Outcome(Stranger(8))).ShouldBe("PoolExhausted");

        rig.Known.UnionWith(Enumerable.Range(40, 9).Select(ResponderRig.Mac));
        for (var node = 40; node < 48; node++)
            (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, node))).ShouldBe($"Offer 192.0.2.{102 + node - 40} 3600");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, 48))).ShouldBe("PoolExhausted");
        (await rig.Outcome(ResponderRig.Request(30, ciaddr: "192.0.2.100"), unicast: true)).ShouldBe("Ack 192.0.2.100 300");
    }

    [Fact]
    public async Task Stranger_WhoseOfferWentToANode_IsToldSo()
    {
        for (var stranger = 0; stranger < 10; stranger++) await rig.Ask(Stranger(stranger));
        (await Take(NewNode)).ShouldBe("Ack 192.0.2.100 3600");
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.ServerIdentifier, ResponderRig.ServerAddress).Add(DhcpOptionCode.RequestedAddress, IPAddress.Parse("192.0.2.100"));
        (await rig.Outcome(Stranger(0, DhcpMessageType.Request, options))).ShouldBe("Nak 0.0.0.0");
    }

    private async Task<string> Take(int client)
    {
        var offer = await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client));
        return await rig.Outcome(ResponderRig.Request(client, server: "192.0.2.1", requested: offer!.Message.YourAddress.ToString()));
    }

    private static DhcpMessage Stranger(int number, DhcpMessageType type = DhcpMessageType.Discover, DhcpOptionsBuilder? options = null) => new()
    {
        OpCode = DhcpOpCode.BootRequest,
        TransactionId = (uint)number,
        ClientHardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, [0x02, 0xFF, 0, 0, (byte)(number >> 8), (byte)number]),
        MessageType = type,
        Options = (options ?? new DhcpOptionsBuilder()).Build(),
    };
}
