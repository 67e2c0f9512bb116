using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>An image that changes at its source while machines read it in parts: each gets one version, or the word that it is gone.</summary>
public sealed class ImageVersionTests
{
    private const int Size = 64 << 10;

    private static readonly byte[] first = CacheRig.Image(Size, seed: 1), second = CacheRig.Image(Size, seed: 2), third = CacheRig.Image(Size, seed: 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_IsReadToItsEnd_WhenAnotherHasTakenItsPlace_AlsoAfterARestart()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        path.ShouldBe($"cache/{ImageCache.KeyOf(source.Image)}/{CacheRig.Sha256(first)[..16]}/live.iso");
        await source.ChangeAsync(rig, second);

        (await ReadAsync(rig, path))!.ShouldBe(first);
        (await ReadAsync(rig, rig.Cache.PathOf(source.Image)))!.ShouldBe(second);
        (await rig.LoadAsync(source.Image))!.ShouldBe(second);
        await rig.RestartAsync();
        (await ReadAsync(rig, path))!.ShouldBe(first);
        source.Requests.ShouldBe(2, "nobody asks the source for a part");
    }

    [Fact]
    public async Task Version_StaysForAsLongAsItIsRead_AndADayLonger()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        await source.ChangeAsync(rig, second);
        for (var reads = 0; reads < 3; reads++)
        {
            rig.Time.Advance(TimeSpan.FromHours(23));
            await rig.Cache.CleanAsync();
            (await ReadAsync(rig, path))!.ShouldBe(first);
        }

        rig.Time.Advance(TimeSpan.FromHours(25));
        await rig.Cache.CleanAsync();
        Open(rig, path).ShouldBeOfType<CacheAnswer.Gone>().Problem.ShouldBe($"the version that the machine began with ({CacheRig.Sha256(first)[..16]}) is no longer here, and parts of another would not fit: start the machine again");
        rig.Files().ShouldBe([$"content/{CacheRig.Sha256(second)}", $"references/{ImageCache.KeyOf(source.Image)}.json"]);
    }

    [Fact]
    public async Task Version_StaysForADayAfterAStart_WhenTheIndexOfACrashKnowsOfNobodyWhoReadsIt()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var record = Path.Combine(rig.Path, "references", ImageCache.KeyOf(source.Image) + ".json");
        var left = await File.ReadAllBytesAsync(record, Cancellation);
        var path = rig.Cache.PathOf(source.Image);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.RestartAsync(() => File.WriteAllBytes(record, left));
        await source.ChangeAsync(rig, second);
        (await ReadAsync(rig, path))!.ShouldBe(first);
        rig.Time.Advance(TimeSpan.FromHours(25));
        Open(rig, path).ShouldBeOfType<CacheAnswer.Gone>();
    }

    [Fact]
    public async Task Version_ThatNobodyGotAUrlOf_GoesAtOnce()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        await source.ChangeAsync(rig, second);
        rig.Files().ShouldNotContain($"content/{CacheRig.Sha256(first)}");
    }

    [Fact]
    public async Task OlderVersion_CountsInTheLimits_AndGoesWhereRoomIsNeeded_AlthoughANodeNeedsTheImage()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig(size: 2 * Size);
        rig.Needed.Add(source.Image);
        await source.FetchAsync(rig);
        var (old, other) = (rig.Cache.PathOf(source.Image), CacheRig.Parse(source.Root + "/other"));
        await source.ChangeAsync(rig, second);
        (await ReadAsync(rig, old))!.ShouldBe(first);
        rig.Cache.List().ShouldHaveSingleItem().Older.ShouldBe(Size);

        source.Served = third;
        (await rig.Cache.FetchAsync(other, null, Cancellation)).ShouldBeNull();
        Open(rig, old).ShouldBeOfType<CacheAnswer.Gone>();
        (await ReadAsync(rig, rig.Cache.PathOf(source.Image)))!.ShouldBe(second);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Version_ThatComesBack_IsTheSameAgain()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        await source.ChangeAsync(rig, second);
        var other = rig.Cache.PathOf(source.Image);
        await source.ChangeAsync(rig, first);
        rig.Cache.PathOf(source.Image).ShouldBe(path);
        (await ReadAsync(rig, path))!.ShouldBe(first);
        (await ReadAsync(rig, other))!.ShouldBe(second);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task OlderVersion_OfOneImage_StaysTheVersionOfAnother()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        var other = CacheRig.Parse(source.Root + "/other");
        await source.FetchAsync(rig);
        (await rig.Cache.FetchAsync(other, null, Cancellation)).ShouldBeNull();
        await source.ChangeAsync(rig, second);
        (await ReadAsync(rig, rig.Cache.PathOf(other)))!.ShouldBe(first);
    }

    [Fact]
    public async Task Removal_TakesOlderVersionsToo()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        await source.ChangeAsync(rig, second);
        (await rig.Cache.RemoveAsync(source.Image)).ShouldBeTrue();
        rig.Files().ShouldBeEmpty();
        Open(rig, path).ShouldBeOfType<CacheAnswer.Unknown>();
    }

    [Fact]
    public async Task OlderVersion_TakesThePlaceOfTheNewOne_WhenThatNeverGotToItsPlace()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        await source.ChangeAsync(rig, second);
        await rig.RestartAsync(() => File.Delete(Path.Combine(rig.Path, "content", CacheRig.Sha256(second))));
        rig.Cache.PathOf(source.Image).ShouldBe(path);
        (await ReadAsync(rig, path))!.ShouldBe(first);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(1);
        // The source is asked at once.
        await source.FetchAsync(rig);
        (await ReadAsync(rig, rig.Cache.PathOf(source.Image)))!.ShouldBe(second);
    }

    [Fact]
    public async Task VersionThatSomebodyRemovedFromOutside_IsGone_AndTheNextScriptBringsItBack()
    {
        await using var source = new ChangingSource(first);
        await using var rig = new CacheRig();
        await source.FetchAsync(rig);
        var path = rig.Cache.PathOf(source.Image);
        File.Delete(Path.Combine(rig.Path, "content", CacheRig.Sha256(first)));
        Open(rig, path).ShouldBeOfType<CacheAnswer.Gone>();
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await source.FetchAsync(rig);
        (await ReadAsync(rig, path))!.ShouldBe(first);
    }

    [Fact]
    public async Task OwnFile_ThatWasChanged_IsGone()
    {
        await using var rig = new CacheRig();
        var folder = Directory.CreateTempSubdirectory("roots").FullName;
        rig.AllowedRoots.Add(folder);
        await rig.RestartAsync();
        var (file, own) = (Path.Combine(folder, "live.iso"), CacheRig.Parse($"file://{folder}/live.iso"));
        await File.WriteAllBytesAsync(file, first, Cancellation);
        var path = rig.Cache.PathOf(own);
        (await ReadAsync(rig, path))!.ShouldBe(first);

        await File.WriteAllBytesAsync(file + ".new", second, Cancellation);
        File.SetLastWriteTimeUtc(file + ".new", File.GetLastWriteTimeUtc(file).AddSeconds(1));
        File.Move(file + ".new", file, overwrite: true);
        Open(rig, path).ShouldBeOfType<CacheAnswer.Gone>();
        (await ReadAsync(rig, rig.Cache.PathOf(own)))!.ShouldBe(second);
        File.Delete(file);
        Open(rig, path).ShouldBeOfType<CacheAnswer.Failed>().Problem.ShouldContain("there is no file");
        Directory.Delete(folder, recursive: true);
    }

    private static CacheAnswer Open(CacheRig rig, string path) => path.Split('/') is [_, var key, var version, _] ? rig.Cache.OpenVersion(key, version, isPart: true) : throw new ArgumentException(path);

    private static Task<byte[]?> ReadAsync(CacheRig rig, string path) => CacheRig.ReadAsync(Open(rig, path));

    /// <summary>A server whose disc is another one from time to time.</summary>
    private sealed class ChangingSource : IAsyncDisposable
    {
        private readonly ImageServer server;

        public ChangingSource(byte[] file)
        {
            Served = file;
            server = new ImageServer(request => ImageServer.Serve(request, Served, $"\"{CacheRig.Sha256(Served)}\""));
        }

        public byte[] Served { get; set; }

        public string Root => server.Root;

        public ImageReference Image => CacheRig.Parse(server.Root + "/live.iso");

        public int Requests => server.Requests.Count;

        public async Task FetchAsync(CacheRig rig) => (await rig.Cache.FetchAsync(Image, null, Cancellation)).ShouldBeNull();

        public async Task ChangeAsync(CacheRig rig, byte[] file)
        {
            Served = file;
            rig.Time.Advance(TimeSpan.FromMinutes(6));
            await FetchAsync(rig);
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
