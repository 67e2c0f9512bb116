using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>Bad days of a source: the operator reads what is wrong, and nothing of it is left behind.</summary>
public sealed class SourceFaultTests
{
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
