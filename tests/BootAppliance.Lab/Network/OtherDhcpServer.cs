using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Network;

/// <summary>A DHCP server that was there before: it gives addresses from 192.0.2.50 to 192.0.2.90 and knows nothing of booting.</summary>
public sealed class OtherDhcpServer : IAsyncDisposable
{
    /// <summary>Its own address.</summary>
    public const string Address = "192.0.2.2";

    /// <summary>How the addresses that it gives begin.</summary>
    public const string Leases = "192.0.2.";

    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(30);

    private readonly NetworkNamespace home;
    private readonly ChildProcess server;

    private OtherDhcpServer(NetworkNamespace home, ChildProcess server)
    {
        this.home = home;
        this.server = server;
    }

    /// <summary>Starts dnsmasq on a network.</summary>
    public static Task<OtherDhcpServer> StartDnsmasq(Bridge bridge) => Start(
        bridge,
        home =>
        [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--log-dhcp", "--port=0", "--user=root", "--interface=eth0", "--bind-interfaces",
            "--dhcp-range=192.0.2.50,192.0.2.90,1h", "--dhcp-option=option:router,192.0.2.1", $"--dhcp-leasefile={home.Folder}/leases", $"--pid-file={home.Folder}/pid",
        ],
        "dnsmasq",
        "DHCP, IP range");

    /// <summary>Starts Kea with its leases in a file.</summary>
    public static Task<OtherDhcpServer> StartKea(Bridge bridge) => Start(
        bridge,
        home =>
        {
            var settings = Path.Combine(home.Folder, "kea.json");
            File.WriteAllText(settings, $$"""
                { "Dhcp4": {
                    "interfaces-config": { "interfaces": ["eth0"] },
                    "lease-database": { "type": "memfile", "name": "{{home.Folder}}/leases.csv", "lfc-interval": 0 },
                    "subnet4": [{
                        "subnet": "192.0.2.0/24",
                        "pools": [{ "pool": "192.0.2.50 - 192.0.2.90" }],
                        "option-data": [{ "name": "routers", "data": "192.0.2.1" }]
                    }],
                    "loggers": [{ "name": "kea-dhcp4", "severity": "INFO", "output_options": [{ "output": "stdout" }] }]
                } }
                """);
            return ["env", $"KEA_PIDFILE_DIR={home.Folder}", $"KEA_LOCKFILE_DIR={home.Folder}", "kea-dhcp4", "-c", settings];
        },
        "Kea",
        "DHCP4_STARTED");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await home.DisposeAsync();
    }

    private static async Task<OtherDhcpServer> Start(Bridge bridge, Func<NetworkNamespace, string[]> command, string name, string ready)
    {
        var place = await NetworkNamespace.Create();
        try
        {
            await bridge.Connect(place);
            await place.Run("ip", "address", "add", Address + "/24", "dev", "eth0");
            var process = place.Start(command(place), name);
            await process.Output.WaitForLine(line => line.Contains(ready, StringComparison.Ordinal), TimeToStart);
            return new OtherDhcpServer(place, process);
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }
}
