using System.Globalization;
using BootAppliance.Lab;

namespace BootAppliance.Bench.Dhcp;

/// <summary>Kea's load generator: DISCOVER, OFFER, REQUEST, ACK for as many clients as wanted, at a steady rate.</summary>
internal static class PerfDhcp
{
    private const int Clients = 60_000;
    private const string Program = "perfdhcp";

    /// <summary>What is missing on this machine, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find(Program, "kea-admin");

    /// <summary>Runs a load and returns what came of it.</summary>
    /// <param name="wire">Where.</param>
    /// <param name="folder">Where its output goes.</param>
    /// <param name="rate">Exchanges begun in a second.</param>
    /// <param name="duration">For how long.</param>
    public static async Task<PerfResult> Run(DhcpWire wire, string folder, int rate, TimeSpan duration)
    {
        // Into a file: a line for each exchange through a pipe would be read by this process at the cost of the server.
        var output = Path.Combine(folder, "perfdhcp.txt");
        var seconds = duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        await using var program = wire.StartClients(
            ["sh", "-c", $"exec {Program} -4 -l {DhcpWire.ClientInterface} -r {rate} -R {Clients} -p {seconds} -W 300000 -x t > {output} 2>&1"]);
        using var limit = new CancellationTokenSource(duration + TimeSpan.FromSeconds(30));
        await program.WaitForExit(limit.Token);
        return PerfResult.Read(File.ReadLines(output));
    }
}

/// <summary>The outcome of one load.</summary>
/// <param name="Rate">Whole exchanges in a second.</param>
/// <param name="Exchanges">Whole exchanges.</param>
/// <param name="Drops">The larger of the shares of DISCOVERs and of REQUESTs that stayed without an answer.</param>
/// <param name="SlowestHundredth">The time, in ms, that 99 of 100 answers were within.</param>
/// <param name="Median">The time, in µs, that half of the answers were within.</param>
internal sealed record PerfResult(double Rate, int Exchanges, double Drops, double SlowestHundredth, double Median)
{
    public static PerfResult Read(IEnumerable<string> lines)
    {
        var (rate, exchanges, drops, delays) = (0.0, 0, 0.0, new List<double>());
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["Rate:", var perSecond, ..]:
                    rate = Number(perSecond);
                    break;
                case ["received", "packets:", var count]:
                    exchanges = int.Parse(count, CultureInfo.InvariantCulture); // of the last kind, REQUEST-ACK
                    break;
                case ["drops", "ratio:", var share, "%"]:
                    drops = Math.Max(drops, double.IsNaN(Number(share)) ? 1 : Number(share) / 100);
                    break;
                case ["sent", "/", "received:", var sent, "/", var received]:
                    delays.Add((Number(received) - Number(sent)) * 1000);
                    break;
            }
        }

        delays.Sort();
        return new PerfResult(rate, exchanges, drops, At(0.99), At(0.5) * 1000);

        double At(double share) => delays.Count == 0 ? double.NaN : delays[(int)((delays.Count - 1) * share)];
    }

    private static double Number(string text) => double.TryParse(text.Replace("-nan", "NaN"), CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
