using BootAppliance.Lab;

namespace BootAppliance.Bench.Dhcp;

/// <summary>A DHCP server to measure, all of them with one pool of 65,000 addresses and no look at the wire before an offer.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="Configuration">What its configuration file says, given a folder of its own.</param>
/// <param name="Command">How it is started, given that file; it must stay in the foreground.</param>
internal sealed record DhcpPeer(string Name, Func<string, string> Configuration, Func<string, IReadOnlyList<string>> Command)
{
    private const string Pool = "198.18.1.0-198.18.254.255";

    public static IReadOnlyList<DhcpPeer> All { get; } =
    [
        new("BootAppliance", Ours, file => [Checkout.Appliance, "run", "--config", file]),
        new("Kea", folder => Kea(folder, threads: 0), KeaCommand),
        new("Kea, 2 threads", folder => Kea(folder, threads: 2), KeaCommand),
        new("dnsmasq", Dnsmasq, file => ["dnsmasq", "--keep-in-foreground", $"--conf-file={file}"]),
    ];

    /// <summary>What is missing on this machine, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("dnsmasq", "dnsmasq-base") ?? MissingPackage.Find("kea-dhcp4", "kea-dhcp4-server") ?? PerfDhcp.FindObstacle();

    private static string Ours(string folder) => $$"""
        Network: { Interface: {{DhcpWire.ServerInterface}} }
        Dhcp: { ProbeAddresses: false, ForeignServers: Ignore, Subnets: [ { Prefix: {{DhcpWire.Prefix}}, Pool: {{Pool}} } ] }
        Http: { Root: {{folder}}/http }
        Api: { Socket: {{folder}}/api.sock }
        Store: { Path: {{folder}}/bootappliance.db }
        """;

    private static string Kea(string folder, int threads) => $$"""
        { "Dhcp4": {
          "interfaces-config": { "interfaces": [ "{{DhcpWire.ServerInterface}}" ] },
          "lease-database": { "type": "memfile", "persist": true, "name": "{{folder}}/leases.csv", "lfc-interval": 0 },
          "multi-threading": { "enable-multi-threading": {{(threads > 0 ? "true" : "false")}}, "thread-pool-size": {{Math.Max(threads, 1)}}, "packet-queue-size": 64 },
          "valid-lifetime": 3600,
          "subnet4": [ { "subnet": "{{DhcpWire.Prefix}}", "pools": [ { "pool": "{{Pool}}" } ] } ],
          "loggers": [ { "name": "kea-dhcp4", "severity": "ERROR", "output_options": [ { "output": "stderr" } ] } ]
        } }
        """;

    // Without the lock and process files that it would keep outside its folder.
    private static List<string> KeaCommand(string file) =>
        ["env", "KEA_LOCKFILE_DIR=none", $"KEA_PIDFILE_DIR={Path.GetDirectoryName(file)}", "kea-dhcp4", "-c", file];

    private static string Dnsmasq(string folder) => $"""
        port=0
        user=root
        pid-file=
        interface={DhcpWire.ServerInterface}
        bind-interfaces
        no-ping
        quiet-dhcp
        dhcp-leasefile={folder}/leases
        dhcp-lease-max=70000
        dhcp-range={Pool.Replace('-', ',')},255.254.0.0,1h
        """;
}
