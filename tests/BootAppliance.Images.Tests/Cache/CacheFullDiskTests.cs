using System.Diagnostics;

namespace BootAppliance.Tests;

/// <summary>A disk of eight mebibytes, really.</summary>
public sealed class CacheFullDiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task FullDisk_UnderADownload_IsSaid_AndCleanedUp_AndTheNextImageFits() => OnSmallDiskAsync(async disk =>
    {
        // Without a length nobody can tell before that it will not fit.
        var large = CacheRig.Image(12 << 20);
        await using var server = new ImageServer(request => request.Path == "/large"
            ? new ImageServer.Answer { Body = [.. "c00000\r\n"u8, .. large, .. "\r\n0\r\n\r\n"u8], Headers = new() { ["Transfer-Encoding"] = "chunked" }, IsWithoutLength = true }
            : ImageServer.Serve(request, CacheRig.Image()));
        await using var rig = new CacheRig(path: Path.Combine(disk, "cache"), keepFree: -(1L << 40));
        var problem = await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/large"), null, Cancellation);
        problem.ShouldNotBeNull().ShouldContain("cannot be written: ");
        problem.ShouldContain("No space left on device");
        rig.Files().ShouldAllBe(name => name.StartsWith("references/", StringComparison.Ordinal));
        (await rig.LoadAsync(CacheRig.Parse(server.Root + "/small"))).ShouldNotBeNull();
    });

    /// <summary>Also where two references have the content that goes.</summary>
    [Fact]
    public Task DiskThatOthersHaveFilled_GetsRoomFromTheCache_WhichCanThenBeWritten() => OnSmallDiskAsync(async disk =>
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(seed: request.Path.Length)));
        await using var rig = new CacheRig(path: Path.Combine(disk, "cache"), keepFree: 1 << 20);
        var used = CacheRig.Parse(server.Root + "/used");
        rig.Needed.Add(used);
        await rig.LoadAsync(CacheRig.Parse(server.Root + "/unused1"));
        await rig.LoadAsync(CacheRig.Parse(server.Root + "/unused2"));
        rig.Time.Advance(TimeSpan.FromDays(2));
        (await rig.LoadAsync(used)).ShouldNotBeNull();
        Fill(disk);
        new DriveInfo(disk).AvailableFreeSpace.ShouldBe(0);
        await rig.Cache.CleanAsync();
        new DriveInfo(disk).AvailableFreeSpace.ShouldBeGreaterThan(1 << 19);
        await rig.RestartAsync();
        var left = rig.Cache.List().Where(image => image.Size is not null).ShouldHaveSingleItem();
        left.Reference.ShouldBe(used);
        left.LastUsed.ShouldBe(rig.Time.GetUtcNow());
    });

    [Fact]
    public Task OldVersion_GoesFromAFullDisk_AlsoAfterOneThatAnotherImageHas() => OnSmallDiskAsync(async disk =>
    {
        var served = 0;
        await using var server = new ImageServer(request =>
        {
            var seed = request.Path == "/other" ? 2 : served;
            return ImageServer.Serve(request, CacheRig.Image(seed: seed), $"\"{seed}\"");
        });
        await using var rig = new CacheRig(path: Path.Combine(disk, "cache"), keepFree: 1 << 20);
        var (image, other) = (CacheRig.Parse(server.Root + "/k"), CacheRig.Parse(server.Root + "/other"));
        rig.Needed.AddRange([image, other]);
        (await rig.Cache.FetchAsync(other, null, Cancellation)).ShouldBeNull();
        for (served = 1; served <= 3; served++)
        {
            (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
            rig.Cache.PathOf(image);
            rig.Time.Advance(TimeSpan.FromMinutes(6));
        }

        rig.Time.Advance(TimeSpan.FromDays(2));
        Fill(disk);
        await rig.Cache.CleanAsync();
        new DriveInfo(disk).AvailableFreeSpace.ShouldBeGreaterThan(1 << 19);
    });

    [Fact]
    public Task FullDisk_KeepsNoCacheFromClosing() => OnSmallDiskAsync(async disk =>
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image()));
        await using var rig = new CacheRig(path: Path.Combine(disk, "cache"), keepFree: -(1L << 40));
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        (await rig.LoadAsync(image)).ShouldNotBeNull();
        Fill(disk);
        await rig.RestartAsync();
        rig.Cache.List().ShouldHaveSingleItem().Size.ShouldBe(1 << 20);
    });

    private static async Task OnSmallDiskAsync(Func<string, Task> test)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root, to mount a small disk");
        var disk = Directory.CreateTempSubdirectory("disk").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk);
        try
        {
            await test(disk);
        }
        finally
        {
            await RunAsync("umount", disk);
            Directory.Delete(disk);
        }
    }

    private static void Fill(string disk)
    {
        using var others = File.Create(Path.Combine(disk, "others"));
        Should.Throw<IOException>(() => others.Write(CacheRig.Image(16 << 20)));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancellation);
        process.ExitCode.ShouldBe(0);
    }
}
