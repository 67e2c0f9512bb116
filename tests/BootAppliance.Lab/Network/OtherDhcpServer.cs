using System.Text.Json.Nodes;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Network;

/// <summary>Another DHCP server: left to itself, it gives addresses from 192.0.2.50 to 192.0.2.90 and knows nothing of booting.</summary>
public sealed class OtherDhcpServer : IAsyncDisposable
{
    /// <summary>Its own address.</summary>
    public const string Address = "192.0.2.2";

    /// <summary>How the addresses that it gives begin.</summary>
    public const string Leases = "192.0.2.";

    private const string AddressesOfDnsmasq = """
        dhcp-range=192.0.2.50,192.0.2.90,1h
        dhcp-option=option:router,192.0.2.1

        """;

    private const string AddressesOfKea = """
        { "Dhcp4": { "subnet4": [{
            "subnet": "192.0.2.0/24",
            "pools": [{ "pool": "192.0.2.50 - 192.0.2.90" }],
            "option-data": [{ "name": "routers", "data": "192.0.2.1" }]
        }] } }
        """;

    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(30);

    private readonly NetworkNamespace home;
    private readonly ChildProcess server;

    private OtherDhcpServer(NetworkNamespace home, ChildProcess server)
    {
        this.home = home;
        this.server = server;
    }

    /// <summary>Starts dnsmasq on a network.</summary>
    /// <param name="bridge">The network.</param>
    /// <param name="settings">What it is to do there; null: addresses only.</param>
    public static Task<OtherDhcpServer> StartDnsmasq(Bridge bridge, string? settings = null) => Start(
        bridge,
        home =>
        {
            var file = Path.Combine(home.Folder, "dnsmasq.conf");
            File.WriteAllText(file, settings ?? AddressesOfDnsmasq);
            return
            [
                "dnsmasq", "--keep-in-foreground", $"--conf-file={file}", "--log-facility=-", "--log-dhcp", "--port=0", "--user=root", "--interface=eth0", "--bind-interfaces",
                $"--dhcp-leasefile={home.Folder}/leases", $"--pid-file={home.Folder}/pid",
            ];
        },
        "dnsmasq",
        "DHCP, IP range");

    /// <summary>Starts Kea with its leases in a file.</summary>
    /// <param name="bridge">The network.</param>
    /// <param name="settings">What it is to do there; null: addresses only.</param>
    public static Task<OtherDhcpServer> StartKea(Bridge bridge, string? settings = null) => Start(
        bridge,
        home =>
        {
            var whole = JsonNode.Parse(settings ?? AddressesOfKea)!;
            foreach (var (name, value) in JsonNode.Parse(KeaProcess(home.Folder))!.AsObject()) whole["Dhcp4"]![name] = value!.DeepClone();
            var file = Path.Combine(home.Folder, "kea.json");
            File.WriteAllText(file, whole.ToJsonString());
            return ["env", $"KEA_PIDFILE_DIR={home.Folder}", $"KEA_LOCKFILE_DIR={home.Folder}", "kea-dhcp4", "-c", file];
        },
        "Kea",
        "DHCP4_STARTED");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await home.DisposeAsync();
    }

    /// <summary>What belongs to the process and not to the network.</summary>
    private static string KeaProcess(string folder) => $$"""
        {
            "interfaces-config": { "interfaces": ["eth0"] },
            "lease-database": { "type": "memfile", "name": "{{folder}}/leases.csv", "lfc-interval": 0 },
            "loggers": [{ "name": "kea-dhcp4", "severity": "INFO", "output_options": [{ "output": "stdout" }] }]
        }
        """;

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
