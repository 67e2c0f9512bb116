using System.Diagnostics;

namespace BootAppliance.Baremetal.Tests.Cli;

/// <summary>Where somebody types the commands of OpenStack's clients, which are told where the appliance is; with a home of its own.</summary>
internal sealed class Terminal(Uri root) : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("bootappliance-cli-").FullName;

    /// <summary>What a command says.</summary>
    public async Task<(int Status, IReadOnlyList<string> Output)> RunAsync(string command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"exec {command} 2>&1"]) { UseShellExecute = false, RedirectStandardOutput = true };
        // A home of its own: the client remembers there which version a server speaks. No retries: each expected 409 would cost ten seconds.
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["OS_AUTH_TYPE"] = "none",
            ["OS_ENDPOINT"] = root.ToString().TrimEnd('/'),
            ["IRONIC_MAX_RETRIES"] = "0",
            ["COLUMNS"] = "4000",
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        }) start.Environment[name] = value;
        using var program = Process.Start(start)!;
        var output = await program.StandardOutput.ReadToEndAsync(cancellation);
        await program.WaitForExitAsync(cancellation);
        return (program.ExitCode, output.Split('\n'));
    }

    public void Dispose() => Directory.Delete(home, recursive: true);
}
