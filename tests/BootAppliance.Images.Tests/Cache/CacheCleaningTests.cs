using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class CacheCleaningTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LongestOutOfUse_GoesFirst_AndNeverWhatANodeNeeds()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(seed: request.Path.GetHashCode(StringComparison.Ordinal))));
        await using var rig = new CacheRig(size: 3 << 20);
        var images = Enumerable.Range(0, 4).Select(number => CacheRig.Parse($"{server.Root}/{number}")).ToList();
        rig.Needed.Add(images[0]);
        foreach (var image in images.Take(3))
        {
            await rig.LoadAsync(image);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await rig.LoadAsync(images[1])).ShouldNotBeNull();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        (await rig.LoadAsync(images[3])).ShouldNotBeNull();
        images.Select(rig.Cache.Has).ShouldBe([true, true, false, true]);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(3);

        rig.Needed.AddRange(images);
        (await rig.Cache.FetchAsync(images[2], null, Cancellation)).ShouldBe("it needs 1 MiB, and nodes need all but 0 bytes of the 3 MiB of Images:Cache:Size");
    }

    [Fact]
    public async Task WhatNobodyAskedFor_GoesWithItsReference()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(seed: request.Path.Length)));
        await using var rig = new CacheRig();
        var (old, needed) = (CacheRig.Parse(server.Root + "/old"), CacheRig.Parse(server.Root + "/needed"));
        rig.Needed.Add(needed);
        await rig.LoadAsync(old);
        await rig.LoadAsync(needed);
        rig.Time.Advance(TimeSpan.FromDays(8));
        await rig.Cache.CleanAsync();
        rig.Cache.List().ShouldHaveSingleItem().Reference.ShouldBe(needed);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Uses_AreRemembered_WhenTheProcessEnds()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image()));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.LoadAsync(image);
        await rig.LoadAsync(image);
        var before = rig.Cache.List().ShouldHaveSingleItem();
        await rig.RestartAsync();
        rig.Cache.List().ShouldHaveSingleItem().ShouldBe(before);
    }

    [Fact]
    public async Task ACacheInUse_IsNotOpenedTwice()
    {
        await using var rig = new CacheRig();
        Should.Throw<IOException>(() => new ImageCache(rig.Limits, [], new AllowedFiles([]), () => [], rig.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<ImageCache>.Instance));
    }
}
