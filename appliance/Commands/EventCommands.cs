using System.CommandLine;
using System.Globalization;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>event list</c> and <c>event watch</c>: the boot timeline.</summary>
internal static class EventCommands
{
    /// <summary>While watching, names to come are not known; most fit into this.</summary>
    private const int UsualNameWidth = 12;

    public static Command Create(CommandRunner runner) => new("event", "The boot timeline: what was seen of the machines") { List(runner), Watch(runner) };

    private static Command List(CommandRunner runner)
    {
        var (node, mac, limit) = Filters("Show at most so many, the newest");
        var command = new Command("list", "What was seen until now") { node, mac, limit };
        runner.Ask<EventsAnswer>(
            command,
            (arguments, api, cancellation) => api.GetAsync(
                ApiClient.Query(
                    "api/events",
                    ("node", arguments.GetValue(node)),
                    ("mac", arguments.GetValue(mac)),
                    ("limit", arguments.GetValue(limit)?.ToString(CultureInfo.InvariantCulture))),
                cancellation),
            (_, answer, terminal) =>
            {
                var width = answer.Events.Select(e => e.Node?.Length ?? 1).DefaultIfEmpty().Max();
                foreach (var seen in answer.Events) EventLine.Write(seen, terminal, width);
            });
        return command;
    }

    private static Command Watch(CommandRunner runner)
    {
        var (node, mac, limit) = Filters("End after so many");
        var command = new Command("watch", "What is seen from now on, until Ctrl-C") { node, mac, limit, runner.Json };
        runner.Talk(command, async (arguments, api, cancellation) =>
        {
            var path = ApiClient.Query("api/events/watch", ("node", arguments.GetValue(node)), ("mac", arguments.GetValue(mac)));
            var stream = new EventStream(api, path, runner.Terminal);
            var remaining = arguments.GetValue(limit) ?? int.MaxValue;
            try
            {
                await foreach (var seen in stream.ReadAsync(cancellation))
                {
                    if (arguments.GetValue(runner.Json)) runner.Terminal.WriteJsonLine(seen.Json);
                    else EventLine.Write(seen.As<EventAnswer>(), runner.Terminal, UsualNameWidth);
                    if (--remaining == 0) return;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Ctrl-C is how watching ends.
            }
        });
        return command;
    }

    private static (Option<string> Node, Option<string> Mac, Option<int?> Limit) Filters(string limitDescription)
    {
        var limit = new Option<int?>("--limit")
        {
            Description = limitDescription,
            HelpName = "COUNT",
            CustomParser = result =>
            {
                if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0) return count;
                result.AddError($"--limit is a number from 1, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        return (
            new("--node") { Description = "Only this node, by name, UUID or MAC address", HelpName = "NODE" },
            new("--mac") { Description = "Only the machine with this MAC address", HelpName = "MAC" },
            limit);
    }
}
