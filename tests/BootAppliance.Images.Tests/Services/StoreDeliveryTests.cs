using System.Net;
using System.Security.Cryptography;
using BootAppliance.Images;
using BootAppliance.Lab.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests.Services;

/// <summary>The way of images in a real Glance and a real Swift, for agents and for instances, on good days and bad ones.</summary>
public sealed class StoreDeliveryTests(RealServices services) : IAsyncLifetime
{
    private const string Key = "key";

    private static readonly byte[] content = RandomNumberGenerator.GetBytes(1_000_000);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bootappliance-delivery-");
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpSource http = new(TimeProvider.System, TimeSpan.FromSeconds(10));
    private ImageCache? cache;
    private GlanceService glance = null!;
    private SwiftService swift = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (swift, glance) = (await services.SwiftAsync(), await services.GlanceAsync());
        await (await swift.LogIn("glance", Cancellation)).SetKeys(Key, "", Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (cache is not null) await cache.DisposeAsync();
        http.Dispose();
        client.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Agent_IsSentToSwift_AndNothingIsKeptHere()
    {
        var (delivery, image) = (Delivery(Key), await UploadAsync("swift"));
        await delivery.PrepareAsync([image], new ImageUse(IsLasting: false), Cancellation);
        var route = delivery.Route(image, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Direct>();
        (await client.GetByteArrayAsync(route.Url, Cancellation)).ShouldBe(content);
        route.Expires.ShouldNotBeNull();
        cache!.Has(image).ShouldBeFalse();
    }

    [Theory]
    [InlineData("swift")]
    [InlineData("file")]
    public async Task Instance_IsServedFromHere_WhateverBecomesOfItsImage(string store)
    {
        var (delivery, image) = (Delivery(Key), await UploadAsync(store));
        (await delivery.KeepAsync(image, null, Cancellation)).ShouldBeNull();
        await glance.Delete(image.Image, Cancellation);
        await delivery.PrepareAsync([image], new ImageUse(IsLasting: true), Cancellation);
        delivery.Route(image, new ImageUse(IsLasting: true)).ShouldBe(new ImageRoute.Served(cache!.PathOf(image)));
        (await ReadAsync(image)).ShouldBe(content);

        var other = Delivery(Key);
        await other.PrepareAsync([image], new ImageUse(IsLasting: false), Cancellation);
        other.Route(image, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Unavailable>().Problem.ShouldContain($"Glance has no image {image.Image}");
    }

    [Fact]
    public async Task Agent_IsServedFromHere_WhereSwiftRefusesTheKey()
    {
        var (delivery, image) = (Delivery("wrong"), await UploadAsync("swift"));
        await delivery.PrepareAsync([image], new ImageUse(IsLasting: false), Cancellation);
        var route = delivery.Route(image, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Served>();
        route.InsteadOf.ShouldNotBeNull().ShouldContain("is Swift:TempUrlKey a key of the account AUTH_glance or of the container glance");
        (await cache!.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        (await ReadAsync(image)).ShouldBe(content);
    }

    [Fact]
    public async Task Agent_IsServedFromHere_WhereTheImageIsNotInSwift()
    {
        var (delivery, image) = (Delivery(Key), await UploadAsync("file"));
        await delivery.PrepareAsync([image], new ImageUse(IsLasting: false), Cancellation);
        delivery.Route(image, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Served>().InsteadOf.ShouldBe($"Swift has no {image} (404)");
    }

    [Fact]
    public async Task Image_IsToldOf_WhenItIsReadyNowhere()
    {
        var (delivery, queued) = (Delivery(Key), new ImageReference.Glance(await glance.Create("empty", Cancellation)));
        await delivery.PrepareAsync([queued], new ImageUse(IsLasting: false), Cancellation);
        delivery.Route(queued, new ImageUse(IsLasting: false)).ShouldBeOfType<ImageRoute.Unavailable>().Problem.ShouldContain($"image {queued.Image} is not in Glance yet: it is queued");
        var missing = new ImageReference.Swift("glance", "missing");
        await delivery.PrepareAsync([missing], new ImageUse(IsLasting: false), Cancellation);
        delivery.Route(missing, new ImageUse(IsLasting: false)).ShouldBe(new ImageRoute.Unavailable("Swift has no swift://glance/missing (404)"));
    }

    private async Task<byte[]> ReadAsync(ImageReference image)
    {
        var file = cache!.TryOpenWhole(image).ShouldNotBeNull();
        using var handle = file.Handle;
        var bytes = new byte[file.Length];
        await RandomAccess.ReadAsync(handle, bytes, 0, Cancellation);
        return bytes;
    }

    private async Task<ImageReference.Glance> UploadAsync(string store)
    {
        var image = await glance.Create("kernel", Cancellation);
        await glance.Upload(image, content, store, Cancellation);
        return new(image);
    }

    private ImageDelivery Delivery(string key)
    {
        var store = new SwiftStore(new SwiftStoreSettings { Endpoint = swift.Endpoint, Account = "AUTH_glance", Keys = [key] });
        var glanceClient = new GlanceClient(glance.Endpoint, null, client, Clock("Glance"), TimeProvider.System);
        IImageSource[] sources = [http, new GlanceSource(glanceClient, http), new ObjectSource(store, http, TimeProvider.System)];
        cache ??= new ImageCache(new(folder.FullName, 1L << 30, TimeSpan.FromDays(7), 0), sources, new AllowedFiles([]), () => [], TimeProvider.System, NullLogger<ImageCache>.Instance);
        var signer = new ObjectSigner(store, client, Clock("Swift"), TimeProvider.System);
        return new ImageDelivery(new() { OnlyFor = [IPNetwork.Parse("127.0.0.0/8")] }, [signer], [new GlanceLookup(glanceClient, TimeProvider.System), signer], cache, TimeProvider.System);
    }

    private static StoreClock Clock(string store) => new(store, TimeSpan.FromMinutes(20), NullLogger.Instance);
}
