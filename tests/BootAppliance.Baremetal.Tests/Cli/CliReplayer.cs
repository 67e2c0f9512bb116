using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BootAppliance.Baremetal.Tests.Replay;

namespace BootAppliance.Baremetal.Tests.Cli;

/// <summary>Runs the commands of transcripts against the appliance with the real client and compares what its user sees, line by line, whatever the tables' widths are.</summary>
internal sealed partial class CliReplayer(RunningAppliance appliance) : IDisposable
{
    private static readonly TimeSpan TimeToArrive = TimeSpan.FromSeconds(60);

    private readonly Terminal terminal = new(appliance.Root);
    private readonly HttpClient http = new() { BaseAddress = appliance.Root, DefaultRequestHeaders = { { "X-OpenStack-Ironic-API-Version", "1.78" } } };
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

        if (command.Arrived is { } arrived && await ArriveAsync(command.Command, cancellation) is var state && state != arrived)
            Differences.Add(new(command.Label, $"the node became {arrived} → {state}"));

        var recorded = Lines(command.Output.Select(Ours));
        var seen = Lines(output);
        foreach (var line in recorded.Except(seen)) Differences.Add(new(command.Label, $"- {line}"));
        foreach (var line in seen.Except(recorded)) Differences.Add(new(command.Label, $"+ {line}"));
    }

    public void Dispose()
    {
        terminal.Dispose();
        http.Dispose();
    }

    /// <summary>Waits until the node of a command is no longer under way, as was done before the next command of the recording.</summary>
    private async Task<string> ArriveAsync(string command, CancellationToken cancellation)
    {
        var name = command.Split(' ')[3];
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50, cancellation))
        {
            var node = await http.GetFromJsonAsync<JsonObject>($"v1/nodes/{name}?fields=provision_state,target_provision_state", cancellation);
            var state = node!["provision_state"]!.ToString();
            if (node["target_provision_state"] is null || state.EndsWith("failed", StringComparison.Ordinal) || waited.Elapsed > TimeToArrive) return state;
        }
    }

    private static HashSet<string> Lines(IEnumerable<string> lines) =>
        [.. lines.Where(line => !line.StartsWith('+')).Select(line => Moment().Replace(Blanks().Replace(line, " "), "TIME").Trim()).Where(line => line.Length > 0)];

    private void Learn(IReadOnlyList<string> recorded, IReadOnlyList<string> seen)
    {
        var (before, now) = (Uuids(recorded), Uuids(seen));
        if (before.Count != now.Count) return;
        foreach (var (old, @new) in before.Zip(now)) ours.TryAdd(old, @new);
    }

    private static List<string> Uuids(IEnumerable<string> lines) => [.. lines.SelectMany(line => Uuid().Matches(line)).Select(match => match.Value)];

    private string Ours(string text) => appliance.Ours(Uuid().Replace(text, match => ours.GetValueOrDefault(match.Value, match.Value)));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();

    [GeneratedRegex(" {2,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
