using System.Text.Json.Nodes;

namespace BootAppliance.Baremetal.Tests.Cli;

/// <summary>One command of a real client, and what its user saw when it spoke to the real Ironic.</summary>
/// <param name="Label">The transcript's name and the command.</param>
/// <param name="Command">The line for a shell.</param>
/// <param name="Output">The lines on the terminal.</param>
/// <param name="ExitStatus">The command's exit status.</param>
/// <param name="Arrived">What the node that it is about had become when it was no longer under way, where that was waited for.</param>
internal sealed record TerminalCommand(string Label, string Command, IReadOnlyList<string> Output, int ExitStatus, string? Arrived);

/// <summary>A transcript: lines that begin with <c>$</c> are commands, <c>rc=</c> is their end, and the node as it was then may follow.</summary>
internal static class Transcript
{
    public static IEnumerable<TerminalCommand> Load(string name)
    {
        TerminalCommand? ended = null;
        var (command, output) = ("", new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Transcripts", name + ".txt")))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                if (ended is not null) yield return ended;
                (ended, command, output) = (null, line[2..], []);
            }
            else if (line.StartsWith("rc=", StringComparison.Ordinal) && command.Length > 0)
            {
                ended = new TerminalCommand($"{name}: {Short(command)}", command, output, int.Parse(line[3..]), Arrived: null);
                command = "";
            }
            else if (line.StartsWith("{\"provision_state\"", StringComparison.Ordinal) && ended is not null)
            {
                ended = ended with { Arrived = JsonNode.Parse(line)!["provision_state"]!.ToString() };
            }
            else if (command.Length > 0)
            {
                output.Add(line);
            }
        }

        if (ended is not null) yield return ended;
    }

    private static string Short(string command) => command.Length <= 90 ? command : command[..90];
}
