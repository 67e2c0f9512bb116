using System.Diagnostics;

namespace BootAppliance.Tests;

/// <summary>A disk of eight mebibytes, really.</summary>
public sealed class CacheFullDiskTests
{
    [Fact]
    public async Task FullDisk_UnderADownload_IsSaid_AndCleanedUp_AndTheNextImageFits()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root, to mount a small disk");
        var disk = Directory.CreateTempSubdirectory("disk").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk);
        try
        {
            // Without a length nobody can tell before that it will not fit.
            var large = CacheRig.Image(12 << 20);
            await using var server = new ImageServer(request => request.Path == "/large"
                ? new ImageServer.Answer { Body = [.. "c00000\r\n"u8, .. large, .. "\r\n0\r\n\r\n"u8], Headers = new() { ["Transfer-Encoding"] = "chunked" }, IsWithoutLength = true }
                : ImageServer.Serve(request, CacheRig.Image()));
            await using var rig = new CacheRig(path: Path.Combine(disk, "cache"), keepFree: -(1L << 40));
            var problem = await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/large"), null, TestContext.Current.CancellationToken);
            problem.ShouldNotBeNull().ShouldContain("cannot be written: ");
            problem.ShouldContain("No space left on device");
            rig.Files().ShouldAllBe(name => name.StartsWith("references/", StringComparison.Ordinal));
            (await rig.LoadAsync(CacheRig.Parse(server.Root + "/small"))).ShouldNotBeNull();
        }
        finally
        {
            await RunAsync("umount", disk);
            Directory.Delete(disk);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
    }
}
