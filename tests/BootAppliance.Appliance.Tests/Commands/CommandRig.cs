using System.Net;
using BootAppliance.Commands;
using BootAppliance.Commands.Output;
using BootAppliance.Settings;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Commands;

/// <summary>Runs commands as a user would whose output goes into a file, with a folder of its own for socket and settings.</summary>
internal sealed class CommandRig : IDisposable
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 30, 0, TimeSpan.Zero);

    /// <summary>Always the same moment, in the same time zone everywhere; timers run.</summary>
    public static readonly TimeProvider Clock = new StandingClock();

    private readonly TaskCompletionSource firstOutput = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bootappliance-");

    public CommandRig()
    {
        Config = Path.Combine(folder.FullName, SettingsFile.DefaultName);
        File.WriteAllText(Config, $"Api:\n  Socket: {Socket}\n");
    }

    public string Socket => Path.Combine(folder.FullName, "api.sock");

    public string Config { get; }

    public FakeHost Host { get; } = new();

    /// <summary>Ends when a command has printed something.</summary>
    public Task FirstOutput => firstOutput.Task;

    public Task<FakeAppliance> ServeAsync(string json, HttpStatusCode status = HttpStatusCode.OK) => FakeAppliance.StartAsync(Socket, json, status);

    public Task<FakeAppliance> ServeAsync(Func<HttpContext, Task> answer) => FakeAppliance.StartAsync(Socket, answer);

    public Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, TestContext.Current.CancellationToken);

    public async Task<(int Status, string Output, string Error)> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var output = new SignallingWriter(firstOutput);
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, isTerminal: false, Clock);
        var status = await CommandLine.RunAsync([.. arguments, "--config", Config], Host, terminal, cancellation);
        return (status, Trimmed(output), Trimmed(error));
    }

    /// <summary>Runs a command that must succeed without a word on standard error.</summary>
    public async Task<string> OutputOfAsync(params string[] arguments)
    {
        var (status, output, error) = await RunAsync(arguments);
        (status, error).ShouldBe((CommandLine.Success, ""));
        return output;
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Lines are padded to the width of their column; what stands behind the last word is of no interest.</summary>
    private static string Trimmed(StringWriter text) => string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(l => l.TrimEnd()));

    private sealed class SignallingWriter(TaskCompletionSource written) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            written.TrySetResult();
        }
    }

    private sealed class StandingClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
