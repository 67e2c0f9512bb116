namespace BootAppliance.Baremetal.Tests.Cli;

/// <summary>One command of a real client, and what its user saw when it spoke to the real Ironic.</summary>
/// <param name="Label">The transcript's name and the command.</param>
/// <param name="Command">The line for a shell.</param>
/// <param name="Output">The lines on the terminal.</param>
/// <param name="ExitStatus">The command's exit status.</param>
internal sealed record TerminalCommand(string Label, string Command, IReadOnlyList<string> Output, int ExitStatus);

/// <summary>A transcript: lines that begin with <c>$</c> are commands, <c>rc=</c> is their end.</summary>
internal static class Transcript
{
    public static IEnumerable<TerminalCommand> Load(string name)
    {
        var (command, output) = ("", new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Transcripts", name + ".txt")))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                (command, output) = (line[2..], []);
            }
            else if (line.StartsWith("rc=", StringComparison.Ordinal) && command.Length > 0)
            {
                yield return new TerminalCommand($"{name}: {Short(command)}", command, output, int.Parse(line[3..]));
                command = "";
            }
            else
            {
                output.Add(line);
            }
        }
    }

    private static string Short(string command) => command.Length <= 90 ? command : command[..90];
}
