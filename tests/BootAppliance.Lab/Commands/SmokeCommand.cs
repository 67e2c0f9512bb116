using System.Text.Json;
using BootAppliance.Lab.Matrix;

namespace BootAppliance.Lab.Commands;

/// <summary><c>make smoke</c>: boots every case of the matrix, one after the other, and says of each how it went.</summary>
internal sealed class SmokeCommand(IReadOnlyList<BootCase> cases, bool json)
{
    /// <summary>Whether all went well.</summary>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        if (!json) Write("case", "machine", "path", "result", "seconds", "MiB", "");
        var good = true;
        foreach (var boot in cases)
        {
            var (result, failure) = await Boot(boot, cancellation);
            if (json) Console.WriteLine(JsonSerializer.Serialize(Summary(boot, result, failure)));
            else Write(boot.Name, boot.Machine.Summary, boot.Path.Summary, Verdict(result), Seconds(result), Memory(result), failure ?? result!.Report);
            good &= result is not null;
        }
        return good;
    }

    private static async Task<(BootResult? Result, string? Failure)> Boot(BootCase boot, CancellationToken cancellation)
    {
        if (boot.FindObstacle() is { } obstacle) return (null, obstacle);
        try
        {
            await using var run = await BootRun.Start(boot, cancellation);
            return (await run.WaitUntilBooted(cancellation), null);
        }
        catch (LabException failure)
        {
            return (null, failure.Message);
        }
    }

    private static object Summary(BootCase boot, BootResult? result, string? failure) => new
    {
        name = boot.Name,
        machine = boot.Machine.Summary,
        path = boot.Path.Summary,
        booted = result is not null,
        seconds = result is null ? (double?)null : Math.Round(result.Time.TotalSeconds, 1),
        peakMemory = result?.PeakMemory,
        report = result?.Report,
        failure,
    };

    private static void Write(string name, string machine, string path, string verdict, string seconds, string memory, string remark) =>
        Console.WriteLine($"{name,-19} {machine,-28} {path,-36} {verdict,-7} {seconds,7} {memory,5}  {remark}".TrimEnd());

    private static string Verdict(BootResult? result) => result is null ? "FAILED" : "booted";

    private static string Seconds(BootResult? result) => result is null ? "-" : $"{result.Time.TotalSeconds:0.0}";

    private static string Memory(BootResult? result) => result is null ? "-" : $"{result.PeakMemory / 1024 / 1024}";
}
