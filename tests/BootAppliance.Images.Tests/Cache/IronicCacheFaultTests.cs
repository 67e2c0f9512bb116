using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>What Ironic's image cache (<c>ironic/drivers/modules/image_cache.py</c>) does to its operators, each as a test that it does not happen here.</summary>
public sealed class IronicCacheFaultTests
{
    private static readonly byte[] file = CacheRig.Image();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CleanerRemovedLoadersThatItHadNotMade_ItOwnsOnlyWhatItsIndexSays()
    {
        var path = Directory.CreateTempSubdirectory("shared").FullName;
        string[] strangers = ["snponly.efi", "content/undionly.kpxe", "content/" + new string('a', 64), "partial/stranger", "references/notes.json", "references/notes.txt"];
        foreach (var stranger in strangers)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, stranger))!);
            await File.WriteAllTextAsync(Path.Combine(path, stranger), "not the cache's", Cancellation);
        }

        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(seed: request.Path.Length)));
        await using var rig = new CacheRig(size: 1 << 20, path: path);
        await rig.LoadAsync(CacheRig.Parse(server.Root + "/k"));
        await rig.LoadAsync(CacheRig.Parse(server.Root + "/kk"));
        rig.Time.Advance(TimeSpan.FromDays(365));
        await rig.Cache.CleanAsync();
        rig.Files().ShouldBe(strangers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SourceWithoutLastModifiedWasFetchedAgainForEachNode_AnETagIsEnough()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.LoadAsync(image);
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await rig.LoadAsync(image);
        server.Requests.Count.ShouldBe(2);
        server.Requests.Last().Header("If-None-Match").ShouldBe("\"1\"");
        rig.Cache.List().ShouldHaveSingleItem().Misses.ShouldBe(1);
    }

    [Fact]
    public async Task SourceWithoutAnyValidatorWasFetchedAgainForEachNode_OnceAnHourIsEnough()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file, etag: null));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.LoadAsync(image);
        rig.Time.Advance(TimeSpan.FromMinutes(50));
        await rig.LoadAsync(image);
        server.Requests.Count.ShouldBe(1);
        rig.Time.Advance(TimeSpan.FromMinutes(11));
        await rig.Cache.FetchAsync(image, null, Cancellation);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task OlderLastModifiedCountedAsFresh_AnotherDateIsAnotherVersion()
    {
        var (old, modified) = (CacheRig.Image(seed: 1), "Tue, 01 Jan 2030 00:00:00 GMT");
        var served = old;
        await using var server = new ImageServer(request => ImageServer.Serve(request, served, etag: null, modified));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.LoadAsync(image);
        // Somebody went back to a version of the year before.
        (served, modified) = (CacheRig.Image(seed: 2), "Mon, 01 Jan 2029 00:00:00 GMT");
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await rig.Cache.FetchAsync(image, null, Cancellation);
        (await rig.LoadAsync(image))!.ShouldBe(served);
    }

    [Fact]
    public async Task SourceWasAskedForEachFetch_OnceInFiveMinutesIsEnough()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        for (var node = 0; node < 20; node++) await rig.LoadAsync(CacheRig.Parse(server.Root + "/k"));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task DownloadsUnderWayWereNotCounted_TheyAre()
    {
        var rest = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(seed: request.Path.Length)) with { PauseAt = 1000, Pause = rest.Task });
        await using var rig = new CacheRig(size: (1 << 20) + 1000);
        var (first, second) = (CacheRig.Parse(server.Root + "/k"), CacheRig.Parse(server.Root + "/kk"));
        rig.Needed.Add(first);
        await rig.Cache.PrepareAsync(first, Cancellation);
        (await rig.Cache.FetchAsync(second, null, Cancellation)).ShouldNotBeNull().ShouldContain("nodes need all but 1000 bytes");
        rest.SetResult();
        (await rig.Cache.FetchAsync(first, null, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task DownloadWasNeitherTakenUpNorBounded_ItIs()
    {
        var asked = 0;
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(4 << 20)) with { CutAt = asked++ == 0 ? 2 << 20 : int.MaxValue });
        await using var rig = new CacheRig();
        var advancing = ImageCacheTests.AdvanceAsync(rig, out var stop);
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldBeNull();
        await stop.CancelAsync();
        await advancing;
        server.Requests.Last().Header("Range").ShouldNotBeNull();
    }

    [Fact]
    public async Task NothingCountedHits_TheListDoes()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        for (var node = 0; node < 3; node++) await rig.LoadAsync(image);
        var state = rig.Cache.List().ShouldHaveSingleItem();
        (state.Hits, state.Misses).ShouldBe((2, 1));
    }
}
