using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BootAppliance.Bench.Nodes;

namespace BootAppliance.Bench.Storm;

/// <summary>All the machines of a storm, in a process of its own, which shares nothing with the server but the wire.</summary>
internal static class StormLoad
{
    /// <summary>A machine that takes longer is stuck.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(20);

    public static async Task Run(int machines, TimeSpan span, string report)
    {
        using var dhcp = new StormDhcp();
        var boots = new ConcurrentBag<double>();
        var failures = new ConcurrentBag<string>();
        using var tally = new StormTally();
        var clock = Stopwatch.StartNew();
        using var progress = new Timer(
            _ => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{clock.Elapsed.TotalSeconds:0} s: {tally.Started} started, {tally.HaveLoader} have their loader, {boots.Count} booted, {failures.Count} failed, {tally.Bytes / 1e9:0.0} GB")),
            null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        await Task.WhenAll(Enumerable.Range(0, machines).Select(async i =>
        {
            await Task.Delay(span * i / machines);
            using var limit = new CancellationTokenSource(patience);
            var begin = clock.Elapsed;
            try
            {
                await new StormMachine(i, HardwareOf(i), dhcp, tally).Boot(limit.Token);
                boots.Add((clock.Elapsed - begin).TotalSeconds);
            }
            catch (Exception failure)
            {
                failures.Add($"machine {i}: {failure.GetType().Name} {failure.Message}");
            }
        }));

        foreach (var failure in failures.Take(5)) await Console.Error.WriteLineAsync(failure);
        await File.WriteAllTextAsync(report, JsonSerializer.Serialize(
            new StormResult([.. boots], clock.Elapsed.TotalSeconds, [.. failures], tally.Bytes, dhcp.Repeats, tally.TftpRepeats)));
    }

    private static byte[] HardwareOf(int i) => Convert.FromHexString(NodeBenchmark.Mac(i).Replace(":", "", StringComparison.Ordinal));
}

/// <summary>What all machines together have done so far.</summary>
internal sealed class StormTally : IDisposable
{
    /// <summary>So many machines have their HTTP connection at a time: each takes three descriptors of the server, and 20,000 are a usual limit.</summary>
    public readonly SemaphoreSlim Connections = new(5000);

    public int Started;
    public int HaveLoader;
    public int TftpRepeats;
    public long Bytes;

    public void Dispose() => Connections.Dispose();
}
