using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab;
using BootAppliance.Lab.Network;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>
/// What works with whole frames, on a link between two namespaces:
/// <c>[ here: eth1 198.18.0.1/24 ]──veth──[ there: eth0 52:54:00:00:00:02 ]</c>.
/// </summary>
public sealed class LinkTests : IAsyncLifetime
{
    private static readonly HardwareAddress There = ResponderRig.Mac(2);

    private readonly string? obstacle = NetworkNamespace.FindObstacle();
    private NetworkNamespace? here;
    private NetworkNamespace? there;

    public async ValueTask InitializeAsync()
    {
        if (obstacle is not null) return;
        here = await NetworkNamespace.Create();
        there = await NetworkNamespace.Create();
        await here.Run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "address", There.ToString(), "netns", there.Name);
        await here.Run("ip", "address", "add", "198.18.0.1/24", "dev", "eth1");
        await here.Run("ip", "link", "set", "eth1", "up");
        await there.Run("ip", "link", "set", "eth0", "up");
    }

    public async ValueTask DisposeAsync()
    {
        if (here is not null) await here.DisposeAsync();
        if (there is not null) await there.DisposeAsync();
    }

    [Fact]
    public async Task ArpProbe_FindsWhoHasAnAddress_AndNobodyWhereNobodyHasIt()
    {
        SkipWithout(obstacle);
        await there!.Run("ip", "address", "add", "198.18.0.50/24", "dev", "eth0");
        using var probe = await here!.RunInside(() => new ArpProbe("eth1", TimeProvider.System));
        var found = await Task.WhenAll(Enumerable.Range(40, 60).Select(last => probe.FindHolderAsync(IPAddress.Parse($"198.18.0.{last}"))));
        found[10].ShouldBe(There);
        found.Count(holder => holder is not null).ShouldBe(1);
    }

    [Fact]
    public async Task ForeignServerProbe_FindsDnsmasq_AndNothingWithoutIt()
    {
        SkipWithout(obstacle ?? MissingPackage.Find("dnsmasq", "dnsmasq-base"));
        (await Probe()).ShouldBeEmpty();

        await there!.Run("ip", "address", "add", "198.18.0.2/24", "dev", "eth0");
        await using var dnsmasq = there.Start(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--log-facility=-", "--user=root", "--leasefile-ro", "--no-ping", "--interface=eth0",
                "--bind-interfaces", "--dhcp-range=198.18.0.200,198.18.0.210", "--dhcp-boot=other.0", "--dhcp-option-force=60,PXEClient", "--pid-file="],
            "dnsmasq");
        IReadOnlyList<ForeignServer> found = [];
        for (var attempt = 0; found.Count == 0 && attempt < 10; attempt++) found = await Probe();
        var server = found.ShouldHaveSingleItem();
        server.Address.ShouldBe(IPAddress.Parse("198.18.0.2"));
        server.ServerIdentifier.ShouldBe(IPAddress.Parse("198.18.0.2"));
        new AddressPool(IPAddress.Parse("198.18.0.200"), IPAddress.Parse("198.18.0.210")).Contains(server.OfferedAddress).ShouldBeTrue();
        server.BootFile.ShouldBe("other.0");
        server.ToString().ShouldEndWith(", boot file other.0, option 60 PXEClient)");

        async Task<IReadOnlyList<ForeignServer>> Probe() => await await here!.RunInside(
            () => ForeignServerProbe.FindAsync("eth1", TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Listener_ServesRealUdhcpc_ByUnicastToItsHardwareAddress()
    {
        SkipWithout(obstacle ?? MissingPackage.Find("busybox", "busybox-static"));
        var rig = new ResponderRig
        {
            Settings = new DhcpServerSettings
            {
                Subnets = [new Subnet { Prefix = IPNetwork.Parse("198.18.0.0/24"), Pools = [new AddressPool(IPAddress.Parse("198.18.0.100"), IPAddress.Parse("198.18.0.109"))] }],
            },
        };
        var settings = new DhcpListenerSettings { Interface = "eth1", Address = IPAddress.Parse("198.18.0.1") };
        await using var listener = await here!.RunInside(() =>
        {
            var made = new DhcpListener(settings, rig.Responder, rig.Journal, TimeProvider.System);
            made.Start();
            return made;
        });

        await there!.Run("busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-s", "/bin/true");
        rig.Leases.ClientAt(IPAddress.Parse("198.18.0.100")).ShouldBe(There);
        rig.Exchanges.Select(e => e.Sent).ShouldBe([DhcpMessageType.Offer, DhcpMessageType.Ack]);
        await there.Run("busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-B", "-s", "/bin/true");
        rig.Exchanges.Count.ShouldBe(4, "with the broadcast flag too");
    }

    private static void SkipWithout(string? obstacle) => Assert.SkipWhen(obstacle is not null, obstacle ?? "");
}
