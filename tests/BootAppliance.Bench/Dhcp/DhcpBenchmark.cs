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

    // Beyond that perfdhcp begins fewer exchanges than it was told to, and there is nothing to lose.
    private const double Attained = 0.8;
    private const int LowestRate = 250;
    private const double Stride = 1.6;
    private const int Halvings = 3;

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
            await using var server = group.Start(() => wire.StartServer(row.Peer.Command(file), row.Peer.Name));
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
        for (var i = 0; i < 5; i++) await PerfDhcp.Run(wire, folder, 4000, TimeSpan.FromSeconds(4));
    }

    /// <summary>The most exchanges a second with hardly a drop: the rate rises in strides until it is too high, and then the last stride is halved again and again.</summary>
    private async Task<PerfResult> Climb(DhcpWire wire, string folder, DhcpRow row)
    {
        var best = new PerfResult(0, 0, 1, double.NaN, double.NaN);
        var rate = row.FirstRate;
        while (await Stands(rate) is { } result)
        {
            best = result;
            rate *= Stride;
        }

        while (best.Exchanges == 0 && rate > LowestRate)
        {
            rate = Math.Max(LowestRate, rate / Stride);
            if (await Stands(rate) is { } result) (best, rate) = (result, rate * Stride);
        }

        if (best.Exchanges == 0) return best;
        var (stood, fell) = (rate / Stride, rate);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = Math.Sqrt(stood * fell);
            if (await Stands(middle) is { } result) (best, stood) = (result, middle);
            else fell = middle;
        }

        row.FirstRate = stood / Stride;
        return best;

        async Task<PerfResult?> Stands(double offered)
        {
            // Twice: what else the machine does must not count as the server's limit.
            for (var i = 0; i < 2; i++)
            {
                var result = await PerfDhcp.Run(wire, folder, (int)offered, terms.Duration);
                if (result.Drops <= Bearable && result.Rate >= offered * Attained) return result;
            }

            return null;
        }
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
                table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Peer.Name} | under {LowestRate} | | | | {row.Median(f => f.Mebibytes):0} |");
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
    /// <summary>The exchanges a second at which the climb begins, near what it stood before.</summary>
    public double FirstRate { get; set; } = 2000;

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
