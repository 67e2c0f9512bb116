using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using BootAppliance.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>Kills a process again and again while its cache fetches, replaces and removes images, and looks each time at what it leaves behind.</summary>
public sealed class CacheSurvivalTests(ITestOutputHelper output)
{
    private const int Kills = 40;
    private const int MostImagesBeforeAKill = 30;

    [Fact]
    public async Task Cache_IsNeverWrong_AndOwnsAllThatItLeavesBehind_AfterKill9()
    {
        var served = 0;
        await using var server = new ImageServer(request =>
        {
            // A new version of each image now and then, of another size; some with a cut in the middle.
            var count = Interlocked.Increment(ref served);
            var version = count / 40;
            var file = CacheRig.Image(300_000 + (version % 5 * 250_000), HashCode.Combine(request.Path.Length, request.Path[^1], version));
            return ImageServer.Serve(request, file, $"\"{version}\"") with { CutAt = count % 9 == 0 ? 200_000 : int.MaxValue };
        });
        var folder = Directory.CreateTempSubdirectory("cache").FullName;
        var random = new Random(1);
        var (images, whole, unfinished) = (0, 0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Every sixth is killed while it opens the cache that the last one left behind.
            images += await RunAndKillAsync(folder, server.Root, kill, kill % 6 == 5 ? 0 : random.Next(1, MostImagesBeforeAKill));
            unfinished += Directory.GetFiles(Path.Combine(folder, "partial"), "*.json").Length;
            Owned(folder).Where(content => !content.IsOwned).Select(content => content.Name).ShouldBeEmpty($"nobody would ever remove them (kill {kill})");

            await using (var cache = new ImageCache(new ImageCacheLimits(folder, 1 << 30, TimeSpan.FromDays(7), 0), [], new AllowedFiles([]), () => [], TimeProvider.System, NullLogger<ImageCache>.Instance))
            {
                foreach (var state in cache.List().Where(state => state.IsWhole))
                {
                    var bytes = (await CacheRig.ReadAsync(await cache.OpenAsync(ImageCache.KeyOf(state.Reference), isPart: false, TestContext.Current.CancellationToken))).ShouldNotBeNull();
                    Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(state.Sha256, $"{state.Reference} (kill {kill})");
                    whole++;
                }
            }

            Owned(folder).ShouldAllBe(content => content.IsOwned);
        }

        output.WriteLine($"{Kills} kills, {images} images came, {whole} were read afterwards, {unfinished} downloads were under way");
        whole.ShouldBeGreaterThan(Kills);
        unfinished.ShouldBeGreaterThan(0);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>All files that hold bytes of images, and whether some record says whose they are.</summary>
    private static List<(string Name, bool IsOwned)> Owned(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, "references"))) return [];
        var named = Directory.GetFiles(Path.Combine(folder, "references"), "*.json").Select(path => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement)
            .SelectMany(record => record.GetProperty("Older").EnumerateArray().Append(record)).Select(version => version.GetProperty("Content").GetString()).ToHashSet();
        return
        [
            .. Directory.GetFiles(Path.Combine(folder, "content")).Select(path => (path, named.Contains(Path.GetFileName(path)))),
            .. Directory.GetFiles(Path.Combine(folder, "partial")).Where(path => Path.GetExtension(path).Length == 0).Select(path => (path, File.Exists(path + ".json"))),
        ];
    }

    private static async Task<int> RunAndKillAsync(string folder, string root, int seed, int imagesBeforeTheKill)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "BootAppliance.CacheWriter.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, folder, root, $"{seed}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var images = 0;
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("opening");
        if (imagesBeforeTheKill == 0) process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
            // It goes on while this one reads, so where exactly the signal finds it is chance.
            if (++images == imagesBeforeTheKill) process.Kill();
        }

        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(128 + 9, "the process should have died of the signal only");
        return images;
    }
}
