using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>A source that accepts and never answers, of an image that is here, whole: machines boot as if it were not asked.</summary>
public sealed class SilentSourceTests
{
    /// <summary>Nothing here waits for the clock of the machine; what waits for a source waits for ever.</summary>
    private const int TooLong = 20_000;

    private static readonly byte[] file = CacheRig.Image(10_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TooLong)]
    public async Task Source_IsWaitedForOnce_HoweverManyMachinesBoot()
    {
        await using var source = await SilentSource.StartAsync();
        var (server, rig, image) = (source.Server, source.Rig, source.Image);

        var script = rig.Cache.PrepareAsync(image, Cancellation);
        await server.AskedAsync(2, Cancellation);
        script.IsCompleted.ShouldBeFalse("the source may still say that it has another one");
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        (await script).ShouldBeFalse();

        // From here on no time passes: whoever waited would wait for ever.
        for (var machine = 0; machine < 10; machine++)
        {
            (await rig.Cache.PrepareAsync(image, Cancellation)).ShouldBeFalse();
            (await rig.LoadAsync(image))!.ShouldBe(file);
        }

        server.Requests.Count.ShouldBe(2);
    }

    [Fact(Timeout = TooLong)]
    public async Task MachineThatGoes_WaitsNoLonger_AndLeavesNoTimer()
    {
        await using var source = await SilentSource.StartAsync();
        var (server, rig, image) = (source.Server, source.Rig, source.Image);
        var timers = rig.Time.Timers;
        using var gone = new CancellationTokenSource();

        var script = rig.Cache.PrepareAsync(image, gone.Token);
        await server.AskedAsync(2, Cancellation);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(script);
        rig.Time.Timers.ShouldBe(timers);
    }

    [Fact(Timeout = TooLong)]
    public async Task SilentSource_OfManyImages_KeepsNoMoreThan64Connections()
    {
        const int Images = 80;
        var answer = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { Before = request.Header("If-None-Match") is null ? Task.CompletedTask : answer.Task });
        await using var rig = new CacheRig(silence: TimeSpan.FromHours(1));
        var images = Enumerable.Range(0, Images).Select(number => CacheRig.Parse($"{server.Root}/{number}")).ToArray();
        await Task.WhenAll(images.Select(image => rig.Cache.FetchAsync(image, null, Cancellation)));
        rig.Time.Advance(TimeSpan.FromMinutes(6));

        var asked = images.Select(image => rig.Cache.FetchAsync(image, null, Cancellation)).ToArray();
        await server.AskedAsync(Images + 64, Cancellation);
        // Each of these has its turn, and goes all the way to the server while the others do not.
        for (var other = 0; other < 20; other++) (await rig.Cache.FetchAsync(CacheRig.Parse($"{server.Root}/other/{other}"), null, Cancellation)).ShouldBeNull();
        server.Requests.Count.ShouldBe(Images + 64 + 20);

        answer.SetResult();
        await Task.WhenAll(asked);
        server.Requests.Count.ShouldBe(Images + Images + 20);
    }

    [Fact]
    public async Task Source_IsLeftAloneForAWhile_WhenItDidNotAnswer()
    {
        var isSilent = false;
        await using var server = new ImageServer(request => isSilent ? new ImageServer.Answer { Before = new TaskCompletionSource().Task } : ImageServer.Serve(request, file));
        await using var rig = new CacheRig(silence: TimeSpan.FromMilliseconds(200));
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        isSilent = true;
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await rig.Cache.PrepareAsync(image, Cancellation);
        rig.Cache.List()[0].Problem.ShouldNotBeNull().ShouldContain("does not answer");

        rig.Time.Advance(TimeSpan.FromMinutes(4));
        (await rig.LoadAsync(image))!.ShouldBe(file);
        await rig.Cache.PrepareAsync(image, Cancellation);
        server.Requests.Count.ShouldBe(2);
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        isSilent = false;
        await rig.Cache.PrepareAsync(image, Cancellation);
        rig.Cache.List()[0].Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Download_ByTheUrlOfAVersion_NeverWaits()
    {
        var isSilent = false;
        await using var server = new ImageServer(request => isSilent ? new ImageServer.Answer { Before = new TaskCompletionSource().Task } : ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        var version = rig.Cache.PathOf(image).Split('/')[2];
        isSilent = true;
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        (await CacheRig.ReadAsync(rig.Cache.OpenVersion(ImageCache.KeyOf(image), version, isPart: false)))!.ShouldBe(file);
        server.Requests.Count.ShouldBe(1);
        rig.Cache.List()[0].Hits.ShouldBe(1);
    }

    [Fact]
    public async Task SmallNewVersion_IsWaitedFor_SoThatTheNextMachineBootsIt()
    {
        var (served, tag) = (file, "\"1\"");
        await using var server = new ImageServer(request => ImageServer.Serve(request, served, tag));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        var before = rig.Cache.PathOf(image);
        (served, tag) = (CacheRig.Image(10_000, seed: 2), "\"2\"");
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        (await rig.Cache.PrepareAsync(image, Cancellation)).ShouldBeTrue("a script that was written before has the old URL");
        rig.Cache.PathOf(image).ShouldNotBe(before);
    }

    [Fact(Timeout = TooLong)]
    public async Task Lookup_ThatIsSlow_KeepsNoImageThatIsHere()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        var delivery = new ImageDelivery(new ImageDeliverySettings(), [], [new SlowLookup()], rig.Cache, rig.Time);
        (await delivery.PrepareAsync([image], new ImageUse(IsLasting: false), Cancellation)).ShouldBeFalse();
    }

    /// <summary>A source that has given its image, is to be asked whether that has changed, and says nothing any more.</summary>
    private sealed class SilentSource : IAsyncDisposable
    {
        private bool isSilent;

        private SilentSource()
        {
            Server = new ImageServer(request => isSilent ? new ImageServer.Answer { Before = new TaskCompletionSource().Task } : ImageServer.Serve(request, file));
            Image = CacheRig.Parse(Server.Root + "/k");
        }

        public ImageServer Server { get; }

        public CacheRig Rig { get; } = new(silence: TimeSpan.FromHours(1));

        public ImageReference Image { get; }

        public static async Task<SilentSource> StartAsync()
        {
            var source = new SilentSource();
            (await source.Rig.Cache.FetchAsync(source.Image, null, Cancellation)).ShouldBeNull();
            source.isSilent = true;
            source.Rig.Time.Advance(TimeSpan.FromMinutes(6));
            return source;
        }

        public async ValueTask DisposeAsync()
        {
            await Rig.DisposeAsync();
            await Server.DisposeAsync();
        }
    }

    private sealed class SlowLookup : IImageLookup
    {
        public bool Knows(ImageReference image) => true;

        public string? FindProblem(ImageReference image) => null;

        public Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation) => new TaskCompletionSource<bool>().Task.WaitAsync(cancellation);
    }
}
