using System.Text.Json;
using BootAppliance.Commands;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Settings;
using BootAppliance.Storage;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

namespace BootAppliance.Hosting;

/// <summary>The program as the command line sees it: serving in the foreground, with its log on standard output.</summary>
internal sealed class TerminalHost : CommandHost
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(4);

    public override async Task<int> ServeAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(Configure);
        await using var host = new ApplianceHost(settings, loggers, TimeProvider.System);
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (Exception failure) when (failure is StartupException or StoreException)
        {
            await Console.Error.WriteLineAsync($"bootappliance: {failure.Message}");
            return 1;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HostLog.Stopping(loggers.CreateLogger<TerminalHost>());
        return 0;
    }

    public override async Task<int> DoctorAsync(ApplianceSettings settings, bool json)
    {
        var findings = await Doctor.ExamineAsync(settings, FirmwareCatalog.Load(), FindForeignServersAsync, CancellationToken.None);
        if (json) JsonOutput(findings);
        else foreach (var finding in findings) AnsiConsole.MarkupLineInterpolated($"[{Colour(finding.Health)}]{finding.Health.ToString().ToLowerInvariant(),-8}[/] {finding.Check}: {finding.Text}");
        return findings.Any(finding => finding.Health == Health.Bad) ? 1 : 0;
    }

    public override IReadOnlyList<FirmwareFile> Firmware() => FirmwareCatalog.Load().Files;

    private static void JsonOutput(IReadOnlyList<DoctorFinding> findings) => Console.WriteLine(JsonSerializer.Serialize(
        new { findings = findings.Select(finding => new { check = finding.Check, health = finding.Health.ToString().ToLowerInvariant(), text = finding.Text }) }, indented));

    private static async Task<IReadOnlyList<string>> FindForeignServersAsync(string nic, CancellationToken cancellation) =>
        [.. (await ForeignServerProbe.FindAsync(nic, ProbeTime, TimeProvider.System, cancellation)).Select(ApplianceHost.Describe)];

    private static string Colour(Health health) => health switch
    {
        Health.Good => "green",
        Health.Doubtful => "yellow",
        _ => "red",
    };

    /// <summary>A line each, with the time for people and with the priority prefix that the journal understands under systemd.</summary>
    private static void Configure(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null) logging.AddSystemdConsole();
        else logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss ";
            options.ColorBehavior = LoggerColorBehavior.Default;
        });
    }
}
