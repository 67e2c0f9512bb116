using BootAppliance.Commands;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Settings;
using Microsoft.Extensions.Logging.Console;

namespace BootAppliance.Hosting;

/// <summary>The program as the command line sees it: serving in the foreground, with its log on standard output.</summary>
internal sealed class TerminalHost : CommandHost
{
    public override async Task ServeAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(Configure);
        await using var host = new ApplianceHost(settings, loggers, TimeProvider.System);
        await host.StartAsync(cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HostLog.Stopping(loggers.CreateLogger<TerminalHost>());
    }

    public override Task<IReadOnlyList<DoctorFinding>> DoctorAsync(ApplianceSettings settings, CancellationToken cancellation) =>
        Doctor.ExamineAsync(settings, Firmware(), FindForeignServersAsync, cancellation);

    public override IReadOnlyList<FirmwareFile> Firmware() => FirmwareCatalog.Load().Files;

    private static Task<IReadOnlyList<ForeignServer>> FindForeignServersAsync(string nic, CancellationToken cancellation) =>
        ForeignServerProbe.FindAsync(nic, ApplianceHost.ForeignServerWait, TimeProvider.System, cancellation);

    /// <summary>A line each, with the time for people and with the priority prefix that the journal understands under systemd.</summary>
    private static void Configure(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It logs the exception of a start that failed, stack and all, which is the caller's to explain: a port that is taken, say.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null) logging.AddSystemdConsole();
        else logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss ";
            options.ColorBehavior = LoggerColorBehavior.Default;
        });
    }
}
