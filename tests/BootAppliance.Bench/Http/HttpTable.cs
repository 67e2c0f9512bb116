using System.Globalization;
using System.Text;

namespace BootAppliance.Bench.Http;

/// <summary>One line of a table.</summary>
internal sealed record HttpRow(RunningServer Server, int Clients)
{
    public List<HttpFigures> Results { get; } = [];
}

/// <summary>The figures of one round.</summary>
/// <param name="Rate">GB or scripts in a second.</param>
/// <param name="Cpu">Processor seconds for a GB, or µs for a script.</param>
/// <param name="Median">The median time of an answer, ms.</param>
/// <param name="Slowest">The time that 99 % of the answers keep, ms.</param>
internal readonly record struct HttpFigures(double Rate, double Cpu, double Median, double Slowest)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:0.00}/s, CPU {Cpu:0.000}{(Median > 0 ? $", median {Median:0.00} ms, p99 {Slowest:0.00} ms" : "")}");
}

/// <summary>The tables, with the medians of the rounds, and of each round's ratio to nginx.</summary>
internal static class HttpTable
{
    public static string OfImages(IReadOnlyList<HttpRow> rows)
    {
        var table = new StringBuilder("| clients | server | GB/s | × nginx | CPU s per GB | × nginx |\n|--:|---|--:|--:|--:|--:|\n");
        foreach (var row in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Clients} | {row.Server.Peer.Name} | {Middle(row, f => f.Rate):0.00} | {Ratio(row, rows, f => f.Rate)} | {Middle(row, f => f.Cpu):0.000} | {Ratio(row, rows, f => f.Cpu)} |");
        }

        return table.ToString();
    }

    public static string OfScripts(IReadOnlyList<HttpRow> rows)
    {
        var table = new StringBuilder("| connections | server | scripts/s | × nginx | median ms | p99 ms | CPU µs per script | × nginx |\n|--:|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var row in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Clients} | {row.Server.Peer.Name} | {Middle(row, f => f.Rate):0} | {Ratio(row, rows, f => f.Rate)} | {Middle(row, f => f.Median):0.00} | {Middle(row, f => f.Slowest):0.00} | {Middle(row, f => f.Cpu):0.0} | {Ratio(row, rows, f => f.Cpu)} |");
        }

        return table.ToString();
    }

    private static string Ratio(HttpRow row, IReadOnlyList<HttpRow> rows, Func<HttpFigures, double> figure)
    {
        if (row.Server.Peer == HttpPeer.Nginx) return "";
        var nginx = rows.Single(other => other.Server.Peer == HttpPeer.Nginx && other.Clients == row.Clients);
        return Middle(row.Results.Zip(nginx.Results, (ours, theirs) => figure(ours) / figure(theirs))).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static double Middle(HttpRow row, Func<HttpFigures, double> figure) => Middle(row.Results.Select(figure));

    private static double Middle(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
