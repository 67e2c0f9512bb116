using System.Text.RegularExpressions;
using BootAppliance.Baremetal.Tests.Replay;

namespace BootAppliance.Baremetal.Tests.Cli;

/// <summary>Runs the commands of transcripts against the appliance with the real client and compares what its user sees, line by line, whatever the tables' widths are.</summary>
internal sealed partial class CliReplayer(Uri root) : IDisposable
{
    private readonly Terminal terminal = new(root);
    private readonly Dictionary<string, string> ours = [];

    public List<Difference> Differences { get; } = [];

    public async Task PlayAsync(TerminalCommand command, CancellationToken cancellation)
    {
        var (status, output) = await terminal.RunAsync(Ours(command.Command), cancellation);
        Learn(command.Output, output);
        if (status != command.ExitStatus)
        {
            Differences.Add(new(command.Label, $"exit status {command.ExitStatus} → {status}: {output.LastOrDefault(line => line.Length > 0)}"));
            return;
        }

        var recorded = Lines(command.Output.Select(Ours));
        var seen = Lines(output);
        foreach (var line in recorded.Except(seen)) Differences.Add(new(command.Label, $"- {line}"));
        foreach (var line in seen.Except(recorded)) Differences.Add(new(command.Label, $"+ {line}"));
    }

    public void Dispose() => terminal.Dispose();

    private static HashSet<string> Lines(IEnumerable<string> lines) =>
        [.. lines.Where(line => !line.StartsWith('+')).Select(line => Moment().Replace(Blanks().Replace(line, " "), "TIME").Trim()).Where(line => line.Length > 0)];

    private void Learn(IReadOnlyList<string> recorded, IReadOnlyList<string> seen)
    {
        var (before, now) = (Uuids(recorded), Uuids(seen));
        if (before.Count != now.Count) return;
        foreach (var (old, @new) in before.Zip(now)) ours.TryAdd(old, @new);
    }

    private static List<string> Uuids(IEnumerable<string> lines) => [.. lines.SelectMany(line => Uuid().Matches(line)).Select(match => match.Value)];

    private string Ours(string text) => Uuid().Replace(text, match => ours.GetValueOrDefault(match.Value, match.Value))
        .Replace("http://127.0.0.1:6385", root.ToString().TrimEnd('/'), StringComparison.Ordinal);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();

    [GeneratedRegex(" {2,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
