using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using BootAppliance.Commands.Output;
using BootAppliance.Settings.Loading;

namespace BootAppliance.Commands;

/// <summary>The command line of the program: from arguments to an exit status.</summary>
public static partial class CommandLine
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Refused or failed; the reason is on standard error.</summary>
    public const int Failure = 1;

    /// <summary>The command does not exist or its arguments make no sense.</summary>
    public const int WrongUsage = 2;

    /// <summary>EPIPE.</summary>
    private const int BrokenPipe = 32;

    // A machine that is loading its kernel should not be cut off by the end of the process without need.
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(20);

    public static Task<int> RunAsync(string[] arguments, CommandHost host) => RunAsync(arguments, host, Terminal.OfThisProcess(), CancellationToken.None);

    public static async Task<int> RunAsync(string[] arguments, CommandHost host, Terminal terminal, CancellationToken cancellation)
    {
        var (words, settings) = Separate(arguments);
        var root = BuildRoot(new CommandRunner(host, terminal, settings));

        // Without this, a kernel argument that begins with @ would be taken for the name of a file with more arguments.
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            ExplainUsage(parsed, terminal.Error);
            return WrongUsage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            ProcessTerminationTimeout = TimeToFinish,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (IOException closed) when (closed.HResult == BrokenPipe)
        {
            // Whoever read our output, such as 'head', has all that it wants.
            return Success;
        }
    }

    private static RootCommand BuildRoot(CommandRunner runner)
    {
        var root = new RootCommand("Boots bare metal on an isolated network. Without a command it serves, like 'run'. "
            + "Every command also takes settings in the form --Section:Key=value.");
        root.Add(runner.Config);
        foreach (var command in ProcessCommands.Create(runner, root)) root.Add(command);
        root.Add(NodeCommands.Create(runner));
        root.Add(BootCommands.Create(runner));
        root.Add(EventCommands.Create(runner));
        root.Add(LeaseCommands.Create(runner));
        root.Add(DhcpCommands.Create(runner));
        root.Add(ImageCommands.Create(runner));
        root.Add(FirmwareCommands.Create(runner));
        return root;
    }

    /// <summary>Settings may stand anywhere, so they are taken out before the rest is understood.</summary>
    private static (string[] Words, string[] Settings) Separate(string[] arguments)
    {
        var end = Array.IndexOf(arguments, "--") is var index and >= 0 ? index : arguments.Length;
        var isSetting = arguments.Select((word, i) => i < end && Setting().IsMatch(word)).ToArray();
        return ([.. arguments.Where((_, i) => !isSetting[i])], [.. arguments.Where((_, i) => isSetting[i])]);
    }

    private static void ExplainUsage(ParseResult parsed, TextWriter error)
    {
        // Some messages list the words that would do, each on a line of its own behind a tab.
        foreach (var line in parsed.Errors.SelectMany(mistake => mistake.Message.Split('\n'))) error.WriteLine(Terminal.Clean(line.Replace("\t", "  ", StringComparison.Ordinal)));
        var known = parsed.CommandResult.Command.Subcommands.Select(c => c.Name);
        if (parsed.UnmatchedTokens is [var word, ..] && NearestKey.To(word, known) is { } nearest) error.WriteLine($"Did you mean '{nearest}'?");

        List<string> names = ["--help"];
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "bootappliance" : result.Command.Name);
        }

        error.WriteLine($"'{string.Join(' ', names)}' says how it is used.");
    }

    [GeneratedRegex("^--[A-Za-z][A-Za-z0-9_]*:[A-Za-z0-9_]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();
}
