using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>A disk that fails just after an image has got its place: the image is here, whatever is left to tidy up.</summary>
public sealed class PublicationFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_GetsTheEnd_AndTheImageStays_WhenTheDownloadsRecordCannotBeRemoved()
    {
        var (file, rest) = (CacheRig.Image(4 << 20), new TaskCompletionSource());
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 3 << 20, Pause = rest.Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        rig.Cache.PathOf(image);
        var growing = await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation);
        var record = Path.Combine(rig.Path, "partial", ImageCache.KeyOf(image) + ".json");
        Obstruct(record);
        rest.SetResult();

        (await CacheRig.ReadAsync(growing.ShouldBeOfType<CacheAnswer.Growing>()))!.ShouldBe(file);
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        IsWell(rig, file);
        (await rig.LoadAsync(image))!.ShouldBe(file);
        server.Requests.Count.ShouldBe(1);

        await rig.RestartAsync(() => Directory.Delete(record, recursive: true));
        IsWell(rig, file);
        (await rig.LoadAsync(image))!.ShouldBe(file);
    }

    [Fact]
    public async Task NewVersion_IsServed_WhenTheOldOneCannotBeRemoved_WhichGoesLater()
    {
        var (old, changed, newest) = (CacheRig.Image(), CacheRig.Image(seed: 2), CacheRig.Image(seed: 3));
        var (file, etag) = (old, "\"1\"");
        await using var server = new ImageServer(request => ImageServer.Serve(request, file, etag));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(old);
        var left = Path.Combine(rig.Path, "content", CacheRig.Sha256(old));
        Obstruct(left);

        (file, etag) = (changed, "\"2\"");
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        IsWell(rig, changed);
        (await rig.LoadAsync(image))!.ShouldBe(changed);

        // As long as it is there the index must go on to name it: another version does not take its place.
        (file, etag) = (newest, "\"3\"");
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        rig.Cache.List().ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("cannot be written");
        (await rig.LoadAsync(image))!.ShouldBe(changed);

        Directory.Delete(left, recursive: true);
        await File.WriteAllBytesAsync(left, old, Cancellation);
        await rig.Cache.CleanAsync();
        rig.Files().ShouldBe([$"content/{CacheRig.Sha256(changed)}", $"references/{ImageCache.KeyOf(image)}.json"], ignoreOrder: true);
    }

    /// <summary>Nothing removes a file whose name a folder has taken.</summary>
    private static void Obstruct(string path)
    {
        File.Delete(path);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "x"), "");
    }

    private static void IsWell(CacheRig rig, byte[] file)
    {
        var state = rig.Cache.List().ShouldHaveSingleItem();
        (state.IsWhole, state.Sha256, state.Problem).ShouldBe((true, CacheRig.Sha256(file), null));
    }
}
