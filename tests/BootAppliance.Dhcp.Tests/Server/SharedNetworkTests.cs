using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>Two subnets on one wire, each with a pool of two addresses, and a third one that is elsewhere.</summary>
public class SharedNetworkTests
{
    private readonly ResponderRig rig = new()
    {
        Settings = new DhcpServerSettings
        {
            Subnets =
            [
                Shared("192.0.2.0/24", "192.0.2.100-192.0.2.101") with { Router = IPAddress.Parse("192.0.2.1") },
                Shared("198.18.0.0/24", "198.18.0.100-198.18.0.101") with
                {
                    Router = IPAddress.Parse("198.18.0.1"),
                    Reservations = [new Reservation(ResponderRig.Mac(20), IPAddress.Parse("198.18.0.20"), "node20")],
                },
                new Subnet { Prefix = IPNetwork.Parse("203.0.113.0/24"), Pools = [Pool("203.0.113.100-203.0.113.101")] },
            ],
        },
    };

    [Fact]
    public async Task Pools_AreUsedUpOneAfterTheOther()
    {
        List<string> outcomes = [];
        for (var client = 1; client <= 5; client++) outcomes.Add(await rig.Outcome(Discover(client)));
        outcomes.ShouldBe(["Offer 192.0.2.100 300", "Offer 192.0.2.101 300", "Offer 198.18.0.100 300", "Offer 198.18.0.101 300", "PoolExhausted"]);
        rig.Drops.Single().Detail.ShouldStartWith("4 addresses: ");
    }

    [Fact]
    public async Task Offer_SpeaksOfTheSubnetThatItsAddressIsIn()
    {
        for (var client = 1; client <= 2; client++) await rig.Ask(Discover(client));
        ResponderRig.Describe((await rig.Ask(Discover(3)))!.Message).ShouldContain("\n3 198.18.0.1");
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.5")]
    [InlineData("198.18.0.5")]
    public async Task Reservation_WinsWhicheverSubnetTheClientIsSeenIn(string giaddr)
    {
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, 20, giaddr: giaddr))).ShouldBe("Offer 198.18.0.20 3600");
        (await rig.Outcome(ResponderRig.Request(20, "192.0.2.1", "198.18.0.20", giaddr: giaddr))).ShouldBe("Ack 198.18.0.20 3600");
    }

    [Fact]
    public async Task AnAddressOfEitherSubnet_IsRight_AndOneFromElsewhereIsNot()
    {
        rig.Store.Leases[IPAddress.Parse("198.18.0.101")] = new Lease(IPAddress.Parse("198.18.0.101"), ResponderRig.Mac(1), LeaseState.Bound, rig.Time.GetUtcNow() + TimeSpan.FromMinutes(1), null);
        (await rig.Outcome(ResponderRig.Request(1, requested: "198.18.0.101"))).ShouldBe("Ack 198.18.0.101 300");
        (await rig.Outcome(ResponderRig.Request(1, ciaddr: "198.18.0.101"), unicast: true)).ShouldBe("Ack 198.18.0.101 300");
        (await rig.Outcome(ResponderRig.Request(1, ciaddr: "198.18.0.101"))).ShouldBe("Ack 198.18.0.101 300");
        (await rig.Outcome(ResponderRig.Request(1, requested: "192.0.2.100"))).ShouldBe("Nak 0.0.0.0", "its record is the other address");
        (await rig.Outcome(ResponderRig.Request(1, requested: "203.0.113.100"))).ShouldBe("Nak 0.0.0.0");
        (await rig.Outcome(Discover(1))).ShouldBe("Offer 198.18.0.101 300", "the lease that it has");
    }

    [Theory]
    [InlineData(10, 20, "192.0.2.100")]
    [InlineData(20, 10, "198.18.0.100")]
    public async Task OfTwoEarlierAddresses_TheLatestIsOffered(int firstEnded, int secondEnded, string offered)
    {
        Ended("192.0.2.100", firstEnded);
        Ended("198.18.0.100", secondEnded);
        (await rig.Outcome(Discover(1))).ShouldBe($"Offer {offered} 300");

        void Ended(string address, int minutesAgo) => rig.Store.Leases[IPAddress.Parse(address)] =
            new Lease(IPAddress.Parse(address), ResponderRig.Mac(1), LeaseState.Bound, rig.Time.GetUtcNow() - TimeSpan.FromMinutes(minutesAgo), null);
    }

    private static DhcpMessage Discover(int client) => ResponderRig.Message(DhcpMessageType.Discover, client);

    private static Subnet Shared(string prefix, string pool) => new() { Prefix = IPNetwork.Parse(prefix), Pools = [Pool(pool)], SharedNetwork = "lab" };

    private static AddressPool Pool(string range) => AddressPool.TryParse(range, out var pool) ? pool : throw new ArgumentException(range);
}
