using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Network;

/// <summary>A second network for machines, behind a router that relays DHCP and routes everything else.</summary>
/// <remarks>
/// <code>
///  machines ── br0 198.18.N.1 [ router: dhcrelay ] eth0 192.0.2.(240+N) ── br0 192.0.2.1 [ home: the appliance ]
/// </code>
/// </remarks>
public sealed class RelayedSegment : IAsyncDisposable
{
    private readonly ChildProcess agent;

    private RelayedSegment(NetworkNamespace router, Bridge bridge, ChildProcess agent)
    {
        Router = router;
        Bridge = bridge;
        this.agent = agent;
    }

    /// <summary>Where machines are plugged in.</summary>
    public Bridge Bridge { get; }

    /// <summary>Its router, where clients that are programs can run too.</summary>
    public NetworkNamespace Router { get; }

    /// <summary>Why this machine cannot make one, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("dhcrelay", "isc-dhcp-relay");

    /// <summary>The settings that let an appliance serve it, as arguments.</summary>
    /// <param name="number">Which one, from 1.</param>
    public static string[] Settings(int number) =>
    [
        $"--Dhcp:Subnets:{number}:Prefix=198.18.{number}.0/24",
        $"--Dhcp:Subnets:{number}:Pool=198.18.{number}.100-198.18.{number}.200",
        $"--Dhcp:Subnets:{number}:Router=198.18.{number}.1",
    ];

    /// <summary>Makes one.</summary>
    /// <param name="home">The appliance's namespace.</param>
    /// <param name="homeBridge">The appliance's bridge.</param>
    /// <param name="number">Which one, from 1.</param>
    public static async Task<RelayedSegment> Create(NetworkNamespace home, Bridge homeBridge, int number)
    {
        var router = await NetworkNamespace.Create();
        try
        {
            await homeBridge.Connect(router);
            await router.Run("ip", "address", "add", $"192.0.2.{240 + number}/24", "dev", "eth0");
            var bridge = await Bridge.Create(router, $"198.18.{number}.1/24");
            await router.Run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
            await home.Run("ip", "route", "add", $"198.18.{number}.0/24", "via", $"192.0.2.{240 + number}");
            // -a: with the relay agent information option, which the appliance must give back.
            var relay = router.Start(
                ["dhcrelay", "-4", "-d", "-a", "-pf", Path.Combine(router.Folder, "dhcrelay.pid"), "-id", bridge.Name, "-iu", "eth0", LabSettings.Address], "dhcrelay");
            return new RelayedSegment(router, bridge, relay);
        }
        catch
        {
            await router.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        await Router.DisposeAsync();
    }
}
