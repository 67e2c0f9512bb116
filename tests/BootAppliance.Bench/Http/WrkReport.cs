using System.Globalization;
using System.Text.RegularExpressions;
using BootAppliance.Lab;

namespace BootAppliance.Bench.Http;

/// <summary>What <c>wrk --latency</c> prints in the end.</summary>
/// <param name="PerSecond">Answers in a second.</param>
/// <param name="Requests">All answers.</param>
/// <param name="Median">The median time of an answer, ms.</param>
/// <param name="Slowest">The time that 99 % of the answers keep, ms.</param>
internal sealed partial record WrkReport(double PerSecond, long Requests, double Median, double Slowest)
{
    public static WrkReport Read(string text)
    {
        if (text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal) || PerSecondLine().Match(text) is not { Success: true } rate)
            throw new LabException($"wrk: {text}");
        return new(Number(rate), long.Parse(RequestsLine().Match(text).Groups["number"].ValueSpan, CultureInfo.InvariantCulture), Milliseconds(MedianLine().Match(text)), Milliseconds(SlowestLine().Match(text)));
    }

    private static double Milliseconds(Match time) => Number(time) * (time.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 });

    private static double Number(Match found) => double.Parse(found.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec: +(?<number>[0-9.]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PerSecondLine();

    [GeneratedRegex(@"(?<number>[0-9]+) requests in ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RequestsLine();

    [GeneratedRegex(@" 50% +(?<number>[0-9.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MedianLine();

    [GeneratedRegex(@" 99% +(?<number>[0-9.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SlowestLine();
}
