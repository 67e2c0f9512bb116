using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>Bad days of a source: the operator reads what is wrong, and nothing of it is left behind.</summary>
public sealed class SourceFaultTests
{
    private const string Date = "Wed, 21 Oct 2026 07:28:00 GMT";

    private static readonly byte[] file = CacheRig.Image();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("404 Not Found", "answers 404 Not Found")]
    [InlineData("500 Internal Server Error", "answers 500 Internal Server Error")]
    [InlineData("403 Forbidden", "answers 403 Forbidden")]
    public async Task SourceThatRefuses(string status, string problem) =>
        (await FailAsync(_ => new ImageServer.Answer { Status = status })).ShouldContain(problem);

    [Fact]
    public async Task SourceThatRedirectsInACircle() => (await FailAsync(request => Redirect(request.Path))).ShouldContain("redirects in a circle, or more than 5 times");

    [Fact]
    public async Task SourceThatRedirectsToAFile() => (await FailAsync(_ => Redirect("file:///etc/shadow"))).ShouldContain("redirects to a URL that is neither http nor https");

    [Fact]
    public async Task SourceThatRedirectsToTheServiceOfACloud() =>
        (await FailAsync(_ => Redirect("http://169.254.169.254/latest/meta-data"))).ShouldBe("127.0.0.1 redirects to 169.254.169.254, which is for neighbours on the same link only");

    [Fact]
    public async Task SourceThatRedirectsToNoUrl() => (await FailAsync(_ => Redirect("http://["))).ShouldContain("redirects to nowhere");

    [Fact]
    public async Task SourceThatDrips_IsGivenUp()
    {
        var pause = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 1000, Pause = pause.Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.PrepareAsync(image, Cancellation)).ShouldBeFalse();
        var fetching = rig.Cache.FetchAsync(image, null, Cancellation);
        while (rig.Cache.List()[0].Loaded != 1000) await Task.Yield();
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        pause.SetResult();
        (await fetching).ShouldNotBeNull().ShouldMatch("^the source sent .* in 5 minutes, and 5 MiB is the least");
        rig.Cache.Has(image).ShouldBeFalse();
    }

    [Fact]
    public async Task RestOfAnotherLength_IsNeverJoined_AndBegunAnew()
    {
        var (old, changed) = (CacheRig.Image(4 << 20, seed: 1), CacheRig.Image(3 << 20, seed: 2));
        var asked = 0;
        await using var server = new ImageServer(request => asked++ == 0
            ? new ImageServer.Answer { Body = old, Headers = new() { ["Last-Modified"] = Date }, CutAt = 2 << 20 }
            : ImageServer.Serve(request, changed, etag: null, modified: Date));
        await using var rig = new CacheRig();
        var advancing = ImageCacheTests.AdvanceAsync(rig, out var stop);
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        await stop.CancelAsync();
        await advancing;
        (await rig.LoadAsync(image))!.ShouldBe(changed);
    }

    [Fact]
    public async Task Credentials_GoToTheirServerOnly()
    {
        await using var other = new ImageServer(request => ImageServer.Serve(request, file));
        await using var server = new ImageServer(request => Redirect(request.Path == "/k" ? "/next" : other.Root + "/k"));
        using var http = new BootAppliance.Images.HttpSource(TimeProvider.System, TimeSpan.FromSeconds(10));
        var fetch = await http.OpenAsync(new Uri(server.Root + "/k"), [new("X-Auth-Token", "secret")], isChecked: false, 0, null, Cancellation);
        await fetch.ShouldBeOfType<ImageFetch.Opened>().Content.DisposeAsync();
        server.Requests.Select(request => request.Header("X-Auth-Token")).ShouldBe(["secret", "secret"]);
        other.Requests.ShouldHaveSingleItem().Header("X-Auth-Token").ShouldBeNull();
    }

    [Fact]
    public async Task NinthImage_WaitsForItsTurn_AndSaysSo()
    {
        var pause = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 1000, Pause = pause.Task });
        await using var rig = new CacheRig();
        var images = Enumerable.Range(0, 9).Select(number => CacheRig.Parse($"{server.Root}/{number}")).ToArray();
        foreach (var image in images[..8]) await rig.Cache.PrepareAsync(image, Cancellation);
        var last = rig.Cache.FetchAsync(images[8], null, Cancellation);
        await rig.Log.SeenAsync("waits for its turn", Cancellation);
        rig.Cache.FindProblem(images[8]).ShouldBe("it waits for its turn: 8 other images are being fetched");
        server.Requests.Count.ShouldBe(8);
        pause.SetResult();
        (await last).ShouldBeNull();
        rig.Cache.FindProblem(images[8]).ShouldBeNull();
    }

    [Fact(Timeout = 20_000)]
    public async Task ImageThatHasChanged_WaitsForItsTurnToo_AndMachinesGetTheOldOneMeanwhile()
    {
        var (pause, changed) = (new TaskCompletionSource(), CacheRig.Image(seed: 2));
        var (served, tag) = (file, "\"1\"");
        await using var server = new ImageServer(request => request.Path == "/k" ? ImageServer.Serve(request, served, tag) : ImageServer.Serve(request, file) with { PauseAt = 1000, Pause = pause.Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(file);
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        for (var number = 0; number < 8; number++) await rig.Cache.PrepareAsync(CacheRig.Parse($"{server.Root}/{number}"), Cancellation);
        (served, tag) = (changed, "\"2\"");
        var newer = rig.Cache.FetchAsync(image, null, Cancellation);
        await rig.Log.SeenAsync("waits for its turn", Cancellation);
        rig.Cache.List().Single(state => state.Reference == image).Problem.ShouldBe("it waits for its turn: 8 other images are being fetched");
        rig.Cache.FindProblem(image).ShouldBeNull();
        (await CacheRig.ReadAsync(rig.Cache.OpenVersion(ImageCache.KeyOf(image), CacheRig.Sha256(file)[..16], isPart: true)))!.ShouldBe(file);
        pause.SetResult();
        (await newer).ShouldBeNull();
        (await rig.LoadAsync(image))!.ShouldBe(changed);
    }

    [Fact]
    public async Task TwoAtTheSameTime_HaveRoomForOne()
    {
        var pause = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 1000, Pause = pause.Task });
        await using var rig = new CacheRig(size: (2 * file.Length) - 1);
        var both = Enumerable.Range(0, 2).Select(number => rig.Cache.FetchAsync(CacheRig.Parse($"{server.Root}/{number}"), null, Cancellation)).ToArray();
        (await await Task.WhenAny(both)).ShouldNotBeNull().ShouldContain("it needs 1 MiB, and nodes need all but");
        pause.SetResult();
        (await Task.WhenAll(both)).ShouldContain((string?)null);
    }

    [Fact]
    public async Task ClockThatIsSetBack_KeepsNoSourceAway()
    {
        var served = file;
        await using var server = new ImageServer(request => ImageServer.Serve(request, served, etag: null));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(file);
        rig.Time.Advance(TimeSpan.FromDays(-3650));
        await rig.RestartAsync();
        served = CacheRig.Image(seed: 5);
        (await rig.LoadAsync(image))!.ShouldBe(served);
    }

    [Fact]
    public async Task NewVersionThatCannotBePutInItsPlace_LeavesTheOldOne()
    {
        var (served, tag) = (file, "\"1\"");
        await using var server = new ImageServer(request => ImageServer.Serve(request, served, tag));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(file);
        (served, tag) = (CacheRig.Image(seed: 5), "\"2\"");
        Directory.CreateDirectory(Path.Combine(rig.Path, "content", CacheRig.Sha256(served)));
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        rig.Cache.List()[0].Problem.ShouldNotBeNull().ShouldContain("cannot be written");
        (await rig.LoadAsync(image))!.ShouldBe(file);
    }

    [Fact]
    public async Task RecordsHalfWritten_GoAtTheNextStart()
    {
        await using var rig = new CacheRig();
        await rig.RestartAsync(() =>
        {
            File.WriteAllText(Path.Combine(rig.Path, "references", "0.json.tmp"), "{");
            File.WriteAllText(Path.Combine(rig.Path, "partial", "0.json.tmp"), "{");
        });
        rig.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task SourceThatFallsSilent_BeforeItsAnswer()
    {
        await using var server = new ImageServer(_ => new ImageServer.Answer { Before = new TaskCompletionSource().Task });
        await using var rig = new CacheRig(silence: TimeSpan.FromMilliseconds(200));
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldNotBeNull().ShouldContain("does not answer within 0 seconds");
    }

    [Fact]
    public async Task SourceThatFallsSilent_InTheMiddle_AgainAndAgain()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 0, Pause = new TaskCompletionSource().Task });
        await using var rig = new CacheRig(silence: TimeSpan.FromSeconds(1));
        var advancing = ImageCacheTests.AdvanceAsync(rig, out var stop);
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldNotBeNull().ShouldContain("sent nothing for 1 seconds, again and again");
        await stop.CancelAsync();
        await advancing;
    }

    [Fact]
    public async Task SourceThatIsNotThere()
    {
        var server = new ImageServer(_ => new ImageServer.Answer());
        await server.DisposeAsync();
        await using var rig = new CacheRig();
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldNotBeNull().ShouldContain("cannot be reached");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public async Task SourceThatSaysAWrongLength(int more)
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) is var answer && request.Header("Range") is null ? answer with { Length = file.Length + more } : new ImageServer.Answer { Status = "416 Range Not Satisfiable" });
        await using var rig = new CacheRig();
        var advancing = ImageCacheTests.AdvanceAsync(rig, out var stop);
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldNotBeNull();
        rig.Cache.Has(CacheRig.Parse(server.Root + "/k")).ShouldBeFalse();
        await stop.CancelAsync();
        await advancing;
    }

    [Theory]
    [InlineData("206 Partial Content")]
    [InlineData("416 Range Not Satisfiable")]
    public async Task SourceThatKnowsNoIfRange_OrNoRangeAtAll_NeverJoinsTwoVersions(string toRange)
    {
        var (old, changed) = (CacheRig.Image(4 << 20, seed: 1), CacheRig.Image(4 << 20, seed: 2));
        var asked = 0;
        await using var server = new ImageServer(request =>
        {
            Dictionary<string, string> tag = new() { ["ETag"] = asked == 0 ? "old" : "new" };
            if (asked++ == 0) return new ImageServer.Answer { Body = old, Headers = tag, CutAt = 2 << 20 };
            if (request.Header("Range") is not { } range) return new ImageServer.Answer { Body = changed, Headers = tag };
            var from = int.Parse(range["bytes=".Length..^1]);
            return new ImageServer.Answer { Status = toRange, Body = changed[from..], Headers = new(tag) { ["Content-Range"] = $"bytes {from}-{changed.Length - 1}/{changed.Length}" } };
        });
        await using var rig = new CacheRig();
        var advancing = ImageCacheTests.AdvanceAsync(rig, out var stop);
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        await stop.CancelAsync();
        await advancing;
        (await rig.LoadAsync(image))!.ShouldBe(changed);
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task SourceWithoutLength_IsTakenWithAChecksumOnly()
    {
        await using var server = new ImageServer(_ => new ImageServer.Answer { Body = file, IsWithoutLength = true });
        await using var rig = new CacheRig();
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldNotBeNull().ShouldContain("does not say how long the image is: give it a checksum");
        var known = CacheRig.Parse($"{server.Root}/k#sha256:{CacheRig.Sha256(file)}");
        (await rig.LoadAsync(known))!.ShouldBe(file);
    }

    [Fact]
    public async Task Redirects_AreFollowedHere()
    {
        await using var server = new ImageServer(request => request.Path == "/k" ? Redirect("/there?token=1") : ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        (await rig.LoadAsync(CacheRig.Parse(server.Root + "/k")))!.ShouldBe(file);
    }

    [Fact]
    public async Task Problem_HasNoQuery_WhichMayHoldCredentials()
    {
        await using var server = new ImageServer(_ => new ImageServer.Answer { Status = "403 Forbidden" });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k?sig=secret");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldNotBeNull().ShouldNotContain("secret");
        image.Label.ShouldBe(server.Root + "/k?...");
    }

    [Theory]
    [InlineData("sha512:07e547d9586f6a73f73fbac0435ed76951218fb7d0c8d788a309d785436bbb642e93a252a954f23912547d1e8a3b5ed6e1bfd7097821233fa0538f3db854fee6")]
    [InlineData("md5:9e107d9d372bb6826bd81d3542a419d6")]
    public async Task OtherChecksums_AreChecked(string sum)
    {
        // The sums that everybody knows this sentence by.
        await using var server = new ImageServer(request => ImageServer.Serve(request, "The quick brown fox jumps over the lazy dog"u8.ToArray()));
        await using var rig = new CacheRig();
        (await rig.Cache.FetchAsync(CacheRig.Parse($"{server.Root}/k#{sum}"), null, Cancellation)).ShouldBeNull();
        (await rig.Cache.FetchAsync(CacheRig.Parse($"{server.Root}/k#{sum[..^1]}0"), null, Cancellation)).ShouldNotBeNull().ShouldContain("its checksum is wrong");
    }

    [Fact]
    public async Task FullDisk_IsSaid_AndNothingIsLeft()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig(keepFree: 1L << 60);
        var problem = await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation);
        problem.ShouldNotBeNull().ShouldContain("it needs 1 MiB, and the disk of");
        rig.Files().ShouldAllBe(name => name.StartsWith("references/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ImageThatIsLargerThanTheCache_IsSaid()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig(size: 1000);
        (await rig.Cache.FetchAsync(CacheRig.Parse(server.Root + "/k"), null, Cancellation)).ShouldBe("it has at least 1 MiB, and Images:Cache:Size is 1000 bytes");
    }

    [Fact]
    public async Task SourceWithAFaultOfItsOwn_KeepsNobodyWaiting()
    {
        await using var rig = new CacheRig();
        await using var cache = new ImageCache(
            rig.Limits with { Path = Path.Combine(rig.Path, "other") }, [new Faulty()], new AllowedFiles([]), () => [], rig.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<ImageCache>.Instance);
        var image = CacheRig.Parse("s3://bucket/k");
        cache.PathOf(image);
        (await cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Failed>().Problem.ShouldBe("it cannot be fetched: a fault");
    }

    private sealed class Faulty : IImageSource
    {
        public bool Reads(ImageReference image) => true;

        public Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation) => throw new InvalidOperationException("a fault");
    }

    private static ImageServer.Answer Redirect(string to) => new() { Status = "302 Found", Headers = new() { ["Location"] = to } };

    private static async Task<string> FailAsync(Func<ImageServer.Request, ImageServer.Answer> answer)
    {
        await using var server = new ImageServer(answer);
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        var problem = (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldNotBeNull();
        rig.Cache.FindProblem(image).ShouldBe(problem);
        (await rig.LoadAsync(image)).ShouldBeNull();
        rig.Files().ShouldAllBe(name => name.StartsWith("references/", StringComparison.Ordinal));
        return problem;
    }
}
