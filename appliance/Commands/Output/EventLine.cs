using BootAppliance.Commands.Answers;
using Spectre.Console;

namespace BootAppliance.Commands.Output;

/// <summary>One line of the boot timeline.</summary>
internal static class EventLine
{
    private const int MacWidth = 17;

    public static void Write(EventAnswer seen, Terminal terminal, int nodeWidth) => terminal.WriteLine(
        ($"{terminal.Moment(seen.Time)}  ", Styles.Aside),
        ($"{(seen.Node ?? "-").PadRight(nodeWidth)}  ", Styles.Name),
        ($"{(seen.Mac ?? "-").PadRight(MacWidth)}  ", Styles.Aside),
        (seen.Text, StyleOf(seen.Kind)));

    private static Style? StyleOf(string kind) => kind switch
    {
        _ when kind.EndsWith("-failed", StringComparison.Ordinal) || kind.EndsWith("-problem", StringComparison.Ordinal) => Styles.Bad,
        "dhcp-nak" or "script-refused" or "image-unavailable" or "image-stalled" or "image-aborted" or "unknown-machine" or "discovered" or "events-lost" => Styles.Doubtful,
        "state-changed" or "node-added" or "node-removed" => Styles.Good,
        _ => null,
    };
}
