using System.Diagnostics;

namespace BootAppliance.Storage.Tests;

/// <summary>A disk of one MiB in memory at a directory of the test's own; needs root, otherwise the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    public static SmallDisk Mount(string path)
    {
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", path), "a small disk cannot be mounted here: root is missing");
        return new SmallDisk(path);
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", path).ShouldBeTrue();

    public void Dispose() => Run("umount", path).ShouldBeTrue();

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
