using System.Globalization;
using System.Text;
using System.Text.Json;
using BootAppliance.Bench.Dhcp;
using BootAppliance.Bench.Nodes;
using BootAppliance.Lab;

namespace BootAppliance.Bench.Storm;

/// <summary>
/// Machines that are switched on together, and each of them through its whole boot: DHCP as its firmware asks, the loader by TFTP, DHCP as
/// iPXE asks, the two scripts, and a kernel and an initrd of 50 MB together.
/// </summary>
internal static class BootStorm
{
    /// <summary>Where the addresses of the machines are; each of them is this machine's.</summary>
    private const string Range = "198.18.64.0/18";

    private const int KernelLength = 10_000_000;
    private const int InitrdLength = 40_000_000;

    /// <summary>For how long machines are switched on: power supplies come up one after the other.</summary>
    private static readonly TimeSpan span = TimeSpan.FromSeconds(10);

    public static async Task<string> Run(IReadOnlyList<int> sizes)
    {
        var table = new StringBuilder("| machines | booted | failed | first, s | median, s | last, s | GB | GB/s | DHCP, TFTP packets asked again | CPU s | memory MiB |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var machines in sizes) table.AppendLine(await Measure(machines));
        return table.ToString();
    }

    private static async Task<string> Measure(int machines)
    {
        var folder = Directory.CreateTempSubdirectory("bench-storm-").FullName;
        try
        {
            await Console.Error.WriteLineAsync($"{machines} machines: making their nodes");
            await NodeBenchmark.Fill(Path.Combine(folder, "bootappliance.db"), machines);
            Directory.CreateDirectory(Path.Combine(folder, "images"));
            await Write(Path.Combine(folder, "images", "vmlinuz"), KernelLength);
            await Write(Path.Combine(folder, "images", "initrd.img"), InitrdLength);
            var settings = Path.Combine(folder, "settings.yaml");
            await File.WriteAllTextAsync(settings, Settings(folder));

            await using var wire = await DhcpWire.Create();
            await wire.AddClientAddresses(Range);
            using var cpu = new CpuGroup();
            await using var server = cpu.Start(() => wire.StartServer([Checkout.Appliance, "run", "--config", settings], "BootAppliance"));
            await server.Output.WaitForLine(line => line.Contains("ready: ", StringComparison.Ordinal), TimeSpan.FromMinutes(2));
            var before = cpu.Seconds;
            var report = Path.Combine(folder, "report.json");
            await using (var load = wire.StartClients([Environment.ProcessPath!, "load-storm", $"{machines}", span.TotalSeconds.ToString(CultureInfo.InvariantCulture), report], inheritOutput: true))
                if (await load.WaitForExit() != 0) throw new LabException("The machines of the storm did not come to an end.");

            var result = JsonSerializer.Deserialize<StormResult>(await File.ReadAllTextAsync(report))!;
            return Row(machines, result, cpu.Seconds - before, server.PeakMemory.GetValueOrDefault() >> 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Row(int machines, StormResult result, double cpu, long memory)
    {
        var sorted = result.Seconds.Order().ToArray();
        var (first, middle, last) = sorted.Length == 0 ? (0, 0, 0) : (sorted[0], sorted[sorted.Length / 2], result.Last);
        var gigabytes = result.Bytes / 1e9;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {machines} | {sorted.Length} | {result.Failures.Count} | {first:0.0} | {middle:0.0} | {last:0.0} | {gigabytes:0.0} | {gigabytes / result.Last:0.00} | {result.DhcpRepeats}, {result.TftpRepeats} | {cpu:0} | {memory} |");
    }

    private static async Task Write(string path, int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await File.WriteAllBytesAsync(path, content);
    }

    // No look at the wire before an offer: behind one interface every address of the range seems to be in use.
    private static string Settings(string folder) => $$"""
        Network: { Interface: {{DhcpWire.ServerInterface}} }
        Dhcp: { ProbeAddresses: false, ForeignServers: Ignore, Subnets: [ { Prefix: {{DhcpWire.Prefix}}, Pool: 198.18.64.1-198.18.127.254 } ] }
        Http: { Root: {{folder}}/images }
        Api: { Socket: {{folder}}/api.sock }
        Store: { Path: {{folder}}/bootappliance.db }
        """;
}

/// <summary>What became of a storm.</summary>
/// <param name="Seconds">How long each machine took that booted, from its own start.</param>
/// <param name="Last">When the last one was through, from the start of the first one.</param>
/// <param name="Failures">Which machine failed, and how.</param>
/// <param name="Bytes">What all of them loaded.</param>
/// <param name="DhcpRepeats">DHCP requests that were asked again.</param>
/// <param name="TftpRepeats">TFTP packets that were sent again.</param>
internal sealed record StormResult(IReadOnlyList<double> Seconds, double Last, IReadOnlyList<string> Failures, long Bytes, int DhcpRepeats, int TftpRepeats);
