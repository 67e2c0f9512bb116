using System.CommandLine;
using BootAppliance.Commands.Output;
using BootAppliance.Hosting;
using BootAppliance.Settings;
using BootAppliance.Storage;
using Spectre.Console;

namespace BootAppliance.Commands;

/// <summary><c>run</c>, <c>check</c> and <c>doctor</c>: the commands that need no running appliance.</summary>
internal static class ProcessCommands
{
    public static IEnumerable<Command> Create(CommandRunner runner, RootCommand root)
    {
        var run = new Command("run", "Serve in the foreground");
        foreach (var command in (Command[])[root, run]) runner.Run(command, (_, settings, cancellation) => ServeAsync(runner, settings, cancellation));
        yield return run;

        var check = new Command("check", "Print every problem of the settings at once") { runner.Json };
        check.SetAction((arguments, _) => CheckAsync(runner, arguments));
        yield return check;

        var doctor = new Command("doctor", "Look at this machine: ports, rights, interface, other DHCP servers, firmware, folders, disk") { runner.Json };
        runner.Run(doctor, (arguments, settings, cancellation) => DoctorAsync(runner, arguments, settings, cancellation));
        yield return doctor;
    }

    private static async Task<int> ServeAsync(CommandRunner runner, ApplianceSettings settings, CancellationToken cancellation)
    {
        try
        {
            await runner.Host.ServeAsync(settings, cancellation);
            return CommandLine.Success;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It was told to stop before it was ready, which is no failure either.
            return CommandLine.Success;
        }
        catch (Exception failure) when (failure is StartupException or StoreException)
        {
            await runner.Terminal.Error.WriteLineAsync($"bootappliance: {Terminal.Clean(failure.Message)}");
            return CommandLine.Failure;
        }
    }

    private static async Task<int> DoctorAsync(CommandRunner runner, ParseResult arguments, ApplianceSettings settings, CancellationToken cancellation)
    {
        var findings = await runner.Host.DoctorAsync(settings, cancellation);
        if (arguments.GetValue(runner.Json)) runner.Terminal.WriteJson(new { findings });
        else foreach (var finding in findings) runner.Terminal.WriteLine(($"{Word(finding.Health),-9} ", StyleOf(finding.Health)), ($"{finding.Check}: {finding.Text}", null));
        return findings.Any(finding => finding.Health == Health.Bad) ? CommandLine.Failure : CommandLine.Success;
    }

    private static string Word(Health health) => health.ToString().ToLowerInvariant();

    private static Style StyleOf(Health health) => health switch
    {
        Health.Good => Styles.Good,
        Health.Doubtful => Styles.Doubtful,
        _ => Styles.Bad,
    };

    private static async Task<int> CheckAsync(CommandRunner runner, ParseResult arguments)
    {
        var (output, error) = (runner.Terminal.Output, runner.Terminal.Error);
        var (settings, problems) = runner.LoadSettings(arguments, readsFiles: true);
        if (arguments.GetValue(runner.Json)) runner.Terminal.WriteJson(new { problems = problems.Select(Describe) });
        else foreach (var problem in problems) await output.WriteLineAsync(Terminal.Clean(problem.ToString()));

        if (settings is null)
        {
            var count = problems.Count(problem => !problem.IsWarning);
            await error.WriteLineAsync(count == 1 ? "the settings have 1 problem" : $"the settings have {count} problems");
            return CommandLine.Failure;
        }

        if (!arguments.GetValue(runner.Json))
        {
            var file = SettingsFile.Find(arguments.GetValue(runner.Config))?.Name;
            await output.WriteLineAsync(file is null ? "no settings file was found; the defaults have no problem" : $"{file}: no problem found");
        }

        return CommandLine.Success;
    }

    private static object Describe(SettingsProblem problem) =>
        new { source = problem.Origin.Source, line = problem.Origin.Line, column = problem.Origin.Column, key = problem.Key, message = problem.Message, warning = problem.IsWarning };
}
