using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Bench.Dhcp;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;
using BootAppliance.Nodes;
using BootAppliance.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using EventLog = BootAppliance.Nodes.EventLog;

namespace BootAppliance.Bench.Nodes;

/// <summary>Shows what the number of nodes in the store costs: the same questions asked of an appliance with few and with many.</summary>
internal static class NodeBenchmark
{
    private const int Questions = 2000;
    private static readonly int[] sizes = [100, 100_000];

    public static async Task<string> Run(int rounds)
    {
        var columns = sizes.Select(_ => new List<NodeFigures>()).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (size, column) in sizes.Zip(columns))
            {
                column.Add(await Measure(size));
                await Console.Error.WriteLineAsync($"round {round}, {size} nodes: {column[^1]}");
            }
        }

        return Table(columns);
    }

    private static async Task<NodeFigures> Measure(int size)
    {
        var folder = Directory.CreateTempSubdirectory("bench-nodes-").FullName;
        await using var wire = await DhcpWire.Create();
        try
        {
            await Fill(Path.Combine(folder, "bootappliance.db"), size);
            var peer = DhcpPeer.All[0];
            var file = Path.Combine(folder, "settings.yaml");
            await File.WriteAllTextAsync(file, peer.Configuration(folder));
            var start = Stopwatch.StartNew();
            await using var server = wire.StartServer(peer.Command(file), peer.Name);
            await server.Output.WaitForLine(line => line.Contains("ready: ", StringComparison.Ordinal), TimeSpan.FromMinutes(2));
            var ready = start.Elapsed;
            using var http = Client(Path.Combine(folder, "api.sock"));
            var page = await Ask(http, _ => "v1/nodes?limit=50");
            var byMac = await Ask(http, i => $"v1/ports?address={Mac(i % size)}&fields=node_uuid");
            var script = await Ask(http, i => $"v1/boot/{Mac(i % size)}/boot.ipxe");
            for (var i = 0; i < 3; i++) await PerfDhcp.Run(wire, folder, 1000, TimeSpan.FromSeconds(3));
            var dhcp = await PerfDhcp.Run(wire, folder, 1000, TimeSpan.FromSeconds(4));
            var resident = Resident(server) >> 20;
            var whole = Stopwatch.StartNew();
            await Read(http, "v1/nodes/detail");
            return new(ready, resident, page, byMac, script, dhcp.Median, whole.Elapsed, Resident(server) >> 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes a database with nodes that boot from the network, each with one port.</summary>
    public static async Task Fill(string database, int size)
    {
        using var store = new SqliteStore(database, NullLogger<SqliteStore>.Instance);
        await using var events = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        var nodes = new NodeRegistry(store, events, TimeProvider.System, NullLogger<NodeRegistry>.Instance);
        await Parallel.ForAsync(0, size, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, _) => await nodes.AddAsync(new Node
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"node-{i}"),
            ProvisionState = ProvisionState.Active,
            InstanceInfo = JsonFields.Parse("""{"kernel": "vmlinuz", "ramdisk": "initrd.img", "kernel_append_params": "console=ttyS0"}"""),
            Properties = JsonFields.Parse("""{"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 200}"""),
            Ports = [new Port { Address = MacAddress.TryParse(Mac(i), out var mac) ? mac : default }],
        }));
    }

    /// <summary>The address of a node's port.</summary>
    public static string Mac(int i) => string.Create(CultureInfo.InvariantCulture, $"52:54:{(byte)(i >> 24):x2}:{(byte)(i >> 16):x2}:{(byte)(i >> 8):x2}:{(byte)i:x2}");

    /// <summary>The median of the time of one question after the other, in µs, after as many that are not counted.</summary>
    private static async Task<double> Ask(HttpClient http, Func<int, string> path)
    {
        var times = new double[Questions];
        for (var i = -Questions; i < Questions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(path(Math.Abs(i) * 7919));
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[Questions / 2];
    }

    /// <summary>Takes an answer without keeping it.</summary>
    private static async Task Read(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await (await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
    }

    private static HttpClient Client(string socketPath)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://localhost/") };
        http.DefaultRequestHeaders.Add("X-OpenStack-Ironic-API-Version", "1.78");
        return http;
    }

    private static long Resident(ChildProcess process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static string Table(List<NodeFigures>[] columns)
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"| | {sizes[0]} nodes | {sizes[1]} nodes | × |");
        table.AppendLine("|---|--:|--:|--:|");
        Row("first page of 50 nodes, µs", f => f.Page);
        Row("node by MAC address, µs", f => f.ByMac);
        Row("boot script, µs", f => f.Script);
        Row("DHCP answer, µs", f => f.Dhcp);
        Row("start until ready, ms", f => f.Start.TotalMilliseconds);
        Row("resident, MiB", f => f.Mebibytes);
        Row("whole list in detail, ms", f => f.Whole.TotalMilliseconds);
        Row("resident after it, MiB", f => f.MebibytesAfter);
        return table.ToString();

        void Row(string name, Func<NodeFigures, double> figure)
        {
            var (few, many) = (Middle(columns[0], figure), Middle(columns[1], figure));
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {few:0} | {many:0} | {many / few:0.0} |");
        }
    }

    private static double Middle(List<NodeFigures> rounds, Func<NodeFigures, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
}

/// <summary>What one size of store gave; times of a question in µs.</summary>
internal sealed record NodeFigures(TimeSpan Start, long Mebibytes, double Page, double ByMac, double Script, double Dhcp, TimeSpan Whole, long MebibytesAfter);
