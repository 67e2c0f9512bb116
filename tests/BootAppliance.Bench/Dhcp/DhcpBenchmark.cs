using System.Globalization;
using System.Text;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Dhcp;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">How often each server has its turn.</param>
/// <param name="Duration">How long each load lasts.</param>
/// <param name="Servers">The servers, by name; empty: all.</param>
internal sealed record DhcpBenchmarkTerms(int Rounds, TimeSpan Duration, IReadOnlyList<string> Servers);

/// <summary>Measures how many exchanges a second each server stands, in turns, round after round, so that what else the machine does hits all of them.</summary>
internal sealed class DhcpBenchmark(DhcpBenchmarkTerms terms)
{
    private const double Bearable = 0.005;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    // Each a quarter above the last.
    private static readonly int[] rates = [.. Enumerable.Range(0, 20).Select(step => (int)(250 * Math.Pow(1.25, step)))];

    public async Task<string> Run()
    {
        await using var wire = await DhcpWire.Create();
        var rows = DhcpPeer.All.Where(peer => terms.Servers.Count == 0 || terms.Servers.Contains(peer.Name)).Select(peer => new DhcpRow(peer)).ToList();
        for (var round = 1; round <= terms.Rounds; round++)
        {
            foreach (var row in rows)
            {
                var figures = await Measure(wire, row);
                await Console.Error.WriteLineAsync($"round {round}: {row.Peer.Name}: {figures}");
                row.Results.Add(figures);
            }
        }

        return Table(rows);
    }

    private async Task<DhcpFigures> Measure(DhcpWire wire, DhcpRow row)
    {
        var folder = Directory.CreateTempSubdirectory("bench-dhcp-").FullName;
        try
        {
            var file = Path.Combine(folder, "settings.yaml");
            await File.WriteAllTextAsync(file, row.Peer.Configuration(folder));
            using var group = new CpuGroup();
            await using var server = wire.StartServer(row.Peer.Command(file), row.Peer.Name);
            group.Add(server.Id);
            await WarmUp(wire, folder, server);

            var best = await Climb(wire, folder, row);
            if (best.Exchanges == 0) return new DhcpFigures(0, double.NaN, double.NaN, server.PeakMemory.GetValueOrDefault() >> 20);
            var before = group.Seconds;
            var half = await PerfDhcp.Run(wire, folder, Math.Max(1, (int)(best.Rate / 2)), terms.Duration);
            return new DhcpFigures(
                best.Rate, half.SlowestHundredth, (group.Seconds - before) / half.Exchanges * 1000, server.PeakMemory.GetValueOrDefault() >> 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Until it answers, and then some thousands of exchanges more: a server that runs for days has compiled and opened what it needs.</summary>
    private static async Task WarmUp(DhcpWire wire, string folder, ChildProcess server)
    {
        using var limit = new CancellationTokenSource(Settling);
        while (!server.HasEnded && (await PerfDhcp.Run(wire, folder, 20, TimeSpan.FromSeconds(1))).Exchanges == 0)
            if (limit.IsCancellationRequested) throw new LabException($"The server does not answer.{server.Output.Tail()}");
        if (server.HasEnded) throw new LabException($"The server has ended.{server.Output.Tail()}");
        for (var i = 0; i < 3; i++) await PerfDhcp.Run(wire, folder, 3000, TimeSpan.FromSeconds(3));
    }

    /// <summary>The most exchanges a second with hardly a drop; a rate counts as too high when it is so twice.</summary>
    private async Task<PerfResult> Climb(DhcpWire wire, string folder, DhcpRow row)
    {
        var best = new PerfResult(0, 0, 1, double.NaN);
        for (var step = row.FirstStep; step < rates.Length; step++)
        {
            var result = await PerfDhcp.Run(wire, folder, rates[step], terms.Duration);
            if (result.Drops > Bearable) result = await PerfDhcp.Run(wire, folder, rates[step], terms.Duration);
            if (result.Drops > Bearable && best.Exchanges == 0 && step > 0)
            {
                step = Math.Max(-1, step - 4); // It was better in the round before.
                continue;
            }

            if (result.Drops > Bearable) break;
            best = result;
            row.FirstStep = Math.Max(0, step - 2);
        }

        return best;
    }

    private static string Table(List<DhcpRow> rows)
    {
        var table = new StringBuilder();
        table.AppendLine("| server | exchanges/s | × Kea | p99 of an answer at half that rate, ms | CPU s per 1000 exchanges | memory MiB |");
        table.AppendLine("|---|--:|--:|--:|--:|--:|");
        var kea = rows.Where(row => row.Peer.Name.StartsWith("Kea", StringComparison.Ordinal)).Select(row => row.Median(f => f.Rate)).DefaultIfEmpty(double.NaN).Max();
        foreach (var row in rows)
        {
            if (row.Median(f => f.Rate) is 0)
            {
                table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Peer.Name} | under {rates[0]} | | | | {row.Median(f => f.Mebibytes):0} |");
                continue;
            }

            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Peer.Name} | {row.Median(f => f.Rate):0} | {row.Median(f => f.Rate) / kea:0.0} | {row.Median(f => f.SlowestHundredth):0.0} | {row.Median(f => f.CpuPerThousand):0.000} | {row.Median(f => f.Mebibytes):0} |");
        }

        return table.ToString();
    }
}

/// <summary>One line of the table.</summary>
internal sealed record DhcpRow(DhcpPeer Peer)
{
    /// <summary>Where the climb begins, near what it stood before.</summary>
    public int FirstStep { get; set; } = 4;

    public List<DhcpFigures> Results { get; } = [];

    public double Median(Func<DhcpFigures, double> figure)
    {
        var sorted = Results.Select(figure).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>The figures of one round.</summary>
internal readonly record struct DhcpFigures(double Rate, double SlowestHundredth, double CpuPerThousand, long Mebibytes)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Rate:0} exchanges/s, p99 {SlowestHundredth:0.0} ms at half of it, {CpuPerThousand:0.000} CPU s per 1000, {Mebibytes} MiB");
}
