using System.Diagnostics;

namespace BootAppliance.Tests;

/// <summary>The real tools that make or judge what is read here.</summary>
internal static class Tool
{
    /// <summary>Runs a tool and returns what it says; skips the test where the tool is missing.</summary>
    public static string Run(string package, string name, params string[] arguments)
    {
        Skip(package, name);
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error.Result);
        return output;
    }

    public static void Skip(string package, string name) =>
        Assert.SkipUnless(new[] { "/usr/bin", "/usr/sbin" }.Any(folder => File.Exists(Path.Combine(folder, name))), $"{name} is not installed: apt install {package}");
}
