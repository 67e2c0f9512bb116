using System.Security.Cryptography;
using System.Text.Json;
using BootAppliance.Images;
using BootAppliance.Lab.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests.Services;

/// <summary>Images of a real Glance: what it says of them, and their bytes, through it and past it.</summary>
public sealed class GlanceTests(RealServices services) : IDisposable
{
    private const string Key = "key";

    private static readonly byte[] content = RandomNumberGenerator.GetBytes(100_000);
    private static readonly TimeSpan life = TimeSpan.FromMinutes(20);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpSource http = new(TimeProvider.System, TimeSpan.FromSeconds(30));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
    }

    [Theory]
    [InlineData("file", 0)]
    [InlineData("file", 99_000)]
    [InlineData("swift", 0)]
    [InlineData("swift", 99_000)]
    public async Task Image_IsFetchedThroughGlance_WithItsSum(string store, long from)
    {
        var (glance, image) = await UploadAsync(store);
        var opened = (await new GlanceSource(Client(glance), http).OpenAsync(image, from, null, Cancellation)).ShouldBeOfType<ImageFetch.Opened>();
        // Glance has no parts of what is in Swift.
        opened.Offset.ShouldBe(store == "file" ? from : 0);
        opened.Length.ShouldBe(content.Length);
        opened.Checksum.ShouldBe(new ImageChecksum(HashAlgorithmName.SHA512, Convert.ToHexStringLower(SHA512.HashData(content))));
        (await ReadAsync(opened)).ShouldBe(content[(int)opened.Offset..]);
    }

    [Theory]
    [InlineData("swift", 0)]
    [InlineData("swift-1", 1)]
    [InlineData("swift-13", 13)]
    [InlineData("swift-32", 32)]
    public async Task Image_IsFetchedPastGlance_ByASignedUrl(string store, int seed)
    {
        var (_, image) = await UploadAsync(store);
        var signer = await SignerAsync(seed);
        (await signer.LookUpAsync(image, Cancellation)).ShouldBeTrue();
        var signature = signer.Sign(image, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBeOfType<SignedUrl.Granted>();
        (await client.GetByteArrayAsync(signature.Url, Cancellation)).ShouldBe(content);
    }

    [Fact]
    public async Task Image_ThatIsNotInSwift_IsNotSigned_AndIsNoProblem()
    {
        var (_, image) = await UploadAsync("file");
        var signer = await SignerAsync(seed: 0);
        await signer.LookUpAsync(image, Cancellation);
        signer.Sign(image, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBe(new SignedUrl.CannotSign($"Swift has no {image} (404)"));
        signer.FindProblem(image).ShouldBeNull();
    }

    [Fact]
    public async Task Lookup_KnowsWhatIsWrongWithAnImage()
    {
        var (glance, active) = await UploadAsync("file");
        var lookup = new GlanceLookup(Client(glance), TimeProvider.System);
        (await lookup.LookUpAsync(active, Cancellation)).ShouldBeTrue();
        lookup.FindProblem(active).ShouldBeNull();

        var queued = new ImageReference.Glance(await glance.Create("empty", Cancellation));
        await lookup.LookUpAsync(queued, Cancellation);
        lookup.FindProblem(queued).ShouldBe($"image {queued.Image} is not in Glance yet: it is queued");

        var (_, deactivated) = await UploadAsync("file");
        await glance.Deactivate(deactivated.Image, Cancellation);
        await lookup.LookUpAsync(deactivated, Cancellation);
        lookup.FindProblem(deactivated).ShouldBe($"image {deactivated.Image} was deactivated in Glance");
        (await new GlanceSource(Client(glance), http).OpenAsync(deactivated, 0, null, Cancellation))
            .ShouldBe(new ImageFetch.Failed($"image {deactivated.Image} was deactivated in Glance", IsPassing: false));

        var (_, deleted) = await UploadAsync("file");
        await glance.Delete(deleted.Image, Cancellation);
        await lookup.LookUpAsync(deleted, Cancellation);
        lookup.FindProblem(deleted).ShouldBe($"Glance has no image {deleted.Image}, or does not show it to us");
    }

    [Fact]
    public async Task PasswordOfSwift_WhichGlanceTells_GoesNowhere()
    {
        var (glance, image) = await UploadAsync("swift");
        (await glance.Show(image.Image, Cancellation))!.ToJsonString().ShouldContain($":{SwiftService.Password}@");
        var answer = await Client(glance).ShowAsync(image.Image, Cancellation);
        JsonSerializer.Serialize(answer).ShouldNotContain(SwiftService.Password);
    }

    [Fact]
    public async Task Glance_ThatDoesNotAnswer_IsNoProblemOfTheImage()
    {
        var image = new ImageReference.Glance(Guid.NewGuid());
        var nobody = new GlanceClient(new("http://127.0.0.1:1"), null, client, Clock(), TimeProvider.System);
        var lookup = new GlanceLookup(nobody, TimeProvider.System);
        await lookup.LookUpAsync(image, Cancellation);
        lookup.FindProblem(image).ShouldBeNull();
        (await new GlanceSource(nobody, http).OpenAsync(image, 0, null, Cancellation)).ShouldBe(new ImageFetch.Failed("Glance does not answer at 127.0.0.1:1", IsPassing: true));
    }

    private static StoreClock Clock() => new("Glance", life, NullLogger.Instance);

    private static async Task<byte[]> ReadAsync(ImageFetch.Opened opened)
    {
        await using var stream = opened.Content;
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }

    private GlanceClient Client(GlanceService glance) => new(glance.Endpoint, null, client, Clock(), TimeProvider.System);

    private async Task<(GlanceService Glance, ImageReference.Glance Image)> UploadAsync(string store)
    {
        var glance = await services.GlanceAsync();
        var image = await glance.Create("kernel", Cancellation);
        await glance.Upload(image, content, store, Cancellation);
        return (glance, new(image));
    }

    private async Task<ObjectSigner> SignerAsync(int seed)
    {
        var swift = await services.SwiftAsync();
        await (await swift.LogIn("glance", Cancellation)).SetKeys(Key, "", Cancellation);
        var store = new SwiftStore(new SwiftStoreSettings { Endpoint = swift.Endpoint, Account = "AUTH_glance", MultipleContainersSeed = seed, Keys = [Key] });
        return new ObjectSigner(store, client, Clock(), TimeProvider.System);
    }
}
