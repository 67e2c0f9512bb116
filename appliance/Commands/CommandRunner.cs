using System.CommandLine;
using BootAppliance.Commands.Output;
using BootAppliance.Settings;

namespace BootAppliance.Commands;

/// <summary>Gives every command what they all have: settings, output, and one way to fail.</summary>
internal sealed class CommandRunner(CommandHost host, Terminal terminal, IReadOnlyList<string> settingsArguments)
{
    public Option<string?> Config { get; } = new("--config")
    {
        Description = $"The settings file; otherwise {SettingsFile.DefaultName} beside the program or in /etc/bootappliance",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    public CommandHost Host => host;

    public Terminal Terminal => terminal;

    public (ApplianceSettings? Settings, IReadOnlyList<SettingsProblem> Problems) LoadSettings(ParseResult arguments, bool readsFiles = false) =>
        SettingsLoader.Load(arguments.GetValue(Config), settingsArguments, readsFiles);

    /// <summary>A command that works with sound settings.</summary>
    public void Run(Command command, Func<ParseResult, ApplianceSettings, CancellationToken, Task<int>> action) => command.SetAction(async (arguments, cancellation) =>
    {
        var (settings, problems) = LoadSettings(arguments);
        if (settings is null)
        {
            foreach (var problem in problems) await terminal.Error.WriteLineAsync(Terminal.Clean(problem.ToString()));
            return CommandLine.Failure;
        }

        try
        {
            return await action(arguments, settings, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return CommandLine.Failure;
        }
    });

    /// <summary>A command that asks the running appliance and prints its answer, for people or as it came.</summary>
    public void Ask<TAnswer>(Command command, Func<ParseResult, ApiClient, CancellationToken, Task<ApiAnswer>> question, Action<ParseResult, TAnswer, Terminal> page)
    {
        command.Add(Json);
        Talk(command, async (arguments, api, cancellation) =>
        {
            var answer = await question(arguments, api, cancellation);
            if (arguments.GetValue(Json)) terminal.WriteJson(answer.Json);
            else page(arguments, answer.As<TAnswer>(), terminal);
        });
    }

    /// <summary>A command that talks to the running appliance.</summary>
    public void Talk(Command command, Func<ParseResult, ApiClient, CancellationToken, Task> action) => Run(command, async (arguments, settings, cancellation) =>
    {
        using var api = new ApiClient(settings.Api.Socket);
        try
        {
            await action(arguments, api, cancellation);
            return CommandLine.Success;
        }
        catch (ApiFailure failure)
        {
            await terminal.Error.WriteLineAsync(Terminal.Clean(failure.Message));
            return CommandLine.Failure;
        }
    });
}
