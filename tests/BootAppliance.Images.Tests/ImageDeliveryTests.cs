using System.Net;
using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ImageDeliveryTests
{
    private static readonly ImageReference stored = new ImageReference.Swift("images", "k");

    [Theory]
    [InlineData("vmlinuz", "images/vmlinuz")]
    [InlineData("/debian 12/vmlinuz", "images/debian%2012/vmlinuz")]
    [InlineData("a#b/${net0}", "images/a%23b/%24%7Bnet0%7D")]
    public void Local_IsServed_AsOneWordThatIpxeDoesNotExpand(string text, string path) =>
        Delivery().Route(Parse(text), new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Served(path));

    [Theory]
    [InlineData("http://198.18.0.1:8080/a b?x=${mac}", "http://198.18.0.1:8080/a%20b?x=%24%7Bmac%7D")]
    [InlineData("http://198.18.0.1/it's", "http://198.18.0.1/it%27s")]
    public void Remote_GoesToTheMachine_AsOneWordThatIpxeDoesNotExpand(string text, string url) =>
        Delivery(RemoteUrls.Direct).Route(Parse(text), new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Direct(url));

    [Fact]
    public void Signed_IsForTheMomentOnly_AndForNoInstanceThatLives()
    {
        var signer = new Signer(new SignedUrl.Granted("https://swift.example/k?temp_url_sig=a'$b", DateTimeOffset.UnixEpoch));
        var delivery = Delivery(signers: signer);
        delivery.Route(stored, new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Direct("https://swift.example/k?temp_url_sig=a%27%24b", DateTimeOffset.UnixEpoch));
        delivery.Route(stored, new ImageUse(IsLasting: true)).ShouldNotBeOfType<ImageRoute.Direct>();
    }

    [Fact]
    public void Unsigned_SaysWhy()
    {
        var route = Delivery(signers: new Signer(new SignedUrl.CannotSign("Swift:TempUrlKey is not set"))).Route(stored, new ImageUse(IsLasting: false));
        route.ShouldBeOfType<ImageRoute.Unavailable>().Problem.ShouldBe("Swift:TempUrlKey is not set");
    }

    [Fact]
    public async Task Remote_ComesFromTheCache_UnlessTheOperatorWantsItOtherwise()
    {
        await using var rig = new CacheRig();
        var image = Parse("http://198.18.0.1/a b/k?x=1");
        var path = $"cache/{ImageCache.KeyOf(image)}/k";
        Cached(rig).Route(image, new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Served(path));
        Cached(rig).Route(image, new ImageUse(IsLasting: true)).ShouldBe(new ImageRoute.Served(path));
        Cached(rig, RemoteUrls.Direct).Route(image, new ImageUse(IsLasting: true)).ShouldBe(new ImageRoute.Direct("http://198.18.0.1/a%20b/k?x=1"));
    }

    [Fact]
    public async Task Image_ThatIsHere_IsServed_WhateverItsSourceOrItsLookupSays()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image()));
        await using var rig = new CacheRig();
        var (here, other) = (Parse(server.Root + "/k"), Parse(server.Root + "/other"));
        var lookup = new Lookup();
        var delivery = Cached(rig, RemoteUrls.Cache, [lookup]);
        (await delivery.KeepAsync(here, null, TestContext.Current.CancellationToken)).ShouldBeNull();
        lookup.Problem = "it was deleted";

        (await delivery.PrepareAsync([here, other], new ImageUse(IsLasting: true), TestContext.Current.CancellationToken)).ShouldBeTrue();
        delivery.Route(here, new ImageUse(IsLasting: true)).ShouldBe(new ImageRoute.Served($"cache/{ImageCache.KeyOf(here)}/{CacheRig.Sha256(CacheRig.Image())[..16]}/k"));
        delivery.Route(other, new ImageUse(IsLasting: true)).ShouldBe(new ImageRoute.Unavailable($"{server.Root}/other: it was deleted"));
        (await delivery.KeepAsync(other, null, TestContext.Current.CancellationToken)).ShouldBe($"{server.Root}/other: it was deleted");
    }

    [Fact]
    public async Task Image_ThatCannotBeSigned_ComesFromTheCache_AndSaysWhy()
    {
        await using var rig = new CacheRig();
        var image = Parse("http://198.18.0.1/k");
        var delivery = Cached(rig, RemoteUrls.Cache, [], new Signer(new SignedUrl.CannotSign("no key")) { Kind = typeof(ImageReference.Remote) });
        delivery.Route(image, new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Served($"cache/{ImageCache.KeyOf(image)}/k", InsteadOf: "no key"));
    }

    [Fact]
    public async Task UrlWithHttps_IsNotForABootProgramWithoutTls()
    {
        await using var rig = new CacheRig();
        var image = Parse("https://198.18.0.1/k");
        var expected = new ImageRoute.Served($"cache/{ImageCache.KeyOf(image)}/k", InsteadOf: "https://198.18.0.1/k is behind https, and its boot program loads over http only");
        var signer = new Signer(new SignedUrl.Granted("https://198.18.0.5/k?temp_url_sig=ab", DateTimeOffset.UnixEpoch)) { Kind = typeof(ImageReference.Remote) };
        Cached(rig, RemoteUrls.Cache, [], signer).Route(image, new ImageUse(IsLasting: false, IsPlainHttpOnly: true)).ShouldBe(expected);
        Cached(rig, RemoteUrls.Direct).Route(image, new ImageUse(IsLasting: false, IsPlainHttpOnly: true)).ShouldBe(expected);
        Cached(rig, RemoteUrls.Direct).Route(image, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Direct>();
    }

    [Fact]
    public async Task Disc_IsWaitedFor_UntilItIsWhole()
    {
        var rest = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image()) with { PauseAt = 500_000, Pause = rest.Task });
        await using var rig = new CacheRig();
        var (image, disc) = (Parse(server.Root + "/live.iso"), new ImageUse(IsLasting: true, IsDisc: true));
        var delivery = Cached(rig);
        await delivery.PrepareAsync([image], disc, TestContext.Current.CancellationToken);
        delivery.Route(image, disc).ShouldBe(new ImageRoute.Unavailable($"{image} is still being fetched from its source, and a disc image must be whole"));
        delivery.Route(image, disc with { IsDisc = false }).ShouldBeOfType<ImageRoute.Served>();
        rest.SetResult();
        (await delivery.KeepAsync(image, null, TestContext.Current.CancellationToken)).ShouldBeNull();
        delivery.Route(image, disc).ShouldBeOfType<ImageRoute.Served>();
    }

    private static ImageDelivery Cached(CacheRig rig, RemoteUrls remote = RemoteUrls.Cache, IReadOnlyList<IImageLookup>? lookups = null, params IUrlSigner[] signers) =>
        new(new ImageDeliverySettings { RemoteUrls = remote }, signers, lookups ?? [], rig.Cache, rig.Time);

    private static ImageDelivery Delivery(RemoteUrls remote = RemoteUrls.Cache, params IUrlSigner[] signers) =>
        new(new ImageDeliverySettings { RemoteUrls = remote }, signers, [], cache: null, new ManualTime());

    private static ImageReference Parse(string text) => ImageReference.TryParse(text, out var reference, out var problem) ? reference : throw new ArgumentException(problem);

    private sealed class Signer(SignedUrl answer) : IUrlSigner
    {
        public Type Kind { get; init; } = typeof(ImageReference.Swift);

        public bool Signs(ImageReference image) => image.GetType() == Kind;

        public SignedUrl Sign(ImageReference image, DateTimeOffset now, IPNetwork? onlyFor) => answer;
    }

    private sealed class Lookup : IImageLookup
    {
        public string? Problem { get; set; }

        public bool Knows(ImageReference image) => true;

        public string? FindProblem(ImageReference image) => Problem;

        public Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation) => Task.FromResult(Problem is not null);
    }
}
