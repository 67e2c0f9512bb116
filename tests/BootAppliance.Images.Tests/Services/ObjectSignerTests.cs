using System.Security.Cryptography;
using System.Text;
using BootAppliance.Images;
using BootAppliance.Lab.Services;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tests.Services;

/// <summary>Signing for a real Swift, and for its S3 API, on good days and bad ones.</summary>
public sealed class ObjectSignerTests(RealServices services) : IDisposable
{
    private const string Good = "key of the signer's container";

    private static readonly ImageReference.Swift kernel = new("signer", "images/kernel");
    private static readonly byte[] content = Encoding.ASCII.GetBytes("0123456789");

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpSource http = new(TimeProvider.System, TimeSpan.FromSeconds(30));
    private readonly LogList log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
    }

    [Theory]
    [InlineData(Good, "old key")]
    [InlineData("new key, which Swift does not have yet", Good)]
    public async Task Signer_TakesTheKey_ThatSwiftTakes(string first, string second)
    {
        var store = await StoreAsync(first, second);
        var signer = Signer(store);
        (await signer.LookUpAsync(kernel, Cancellation)).ShouldBeTrue();
        (await client.GetByteArrayAsync(Granted(signer).Url, Cancellation)).ShouldBe(content);
        (await ReadAsync(await new ObjectSource(store, http, TimeProvider.System).OpenAsync(kernel, 0, null, Cancellation))).ShouldBe(content);
    }

    /// <summary>The operator gives Swift the new key as its first and takes the old one away, while machines boot and what was found out is still believed.</summary>
    [Fact]
    public async Task Signer_FollowsAChangeOfKeys_WithinTenSeconds()
    {
        var swift = await services.SwiftAsync();
        var account = await swift.LogIn("signer", Cancellation);
        await account.SetKeys("old", "new", Cancellation);
        await account.MakeContainer("c", "", Cancellation);
        await account.Put("c", "k", content, Cancellation);
        var (image, time) = (new ImageReference.Swift("c", "k"), new ShiftedTime(TimeSpan.Zero));
        var store = new SwiftStore(new SwiftStoreSettings { Endpoint = swift.Endpoint, Account = account.Name, Keys = ["old", "new"] });
        var signer = new ObjectSigner(store, client, new StoreClock("Swift", TimeSpan.FromMinutes(20), log), time);
        await signer.LookUpAsync(image, Cancellation);
        var first = Granted(signer, image).Url;
        (await client.GetByteArrayAsync(first, Cancellation)).ShouldBe(content);

        await account.SetKeys("new", "", Cancellation);
        time.Elapsed = TimeSpan.FromSeconds(10);

        (await signer.LookUpAsync(image, Cancellation)).ShouldBeTrue();
        (await client.GetByteArrayAsync(Granted(signer, image).Url, Cancellation)).ShouldBe(content);
        using var over = await client.GetAsync(first, Cancellation);
        ((int)over.StatusCode).ShouldBe(401);
    }

    /// <summary>Names as people write them into a node, through the reference and the signer to Swift.</summary>
    [Theory]
    [InlineData("swift://größe 100%25 %3F%23+&=/agent 1/k%20%2B+%25%3f%23ü", "größe 100% ?#+&=", "agent 1/k ++%?#ü")]
    [InlineData("swift://dots..and...more/k.tar..gz", "dots..and...more", "k.tar..gz")]
    public async Task Reference_LeadsToItsObject_WhateverTheNames(string text, string container, string name)
    {
        var swift = await services.SwiftAsync();
        var account = await swift.LogIn("odd 100%", Cancellation);
        await account.SetKeys("key", "", Cancellation);
        await account.MakeContainer(container, "", Cancellation);
        await account.Put(container, name, content, Cancellation);
        var store = new SwiftStore(new SwiftStoreSettings { Endpoint = swift.Endpoint, Account = account.Name, Keys = ["key"] });
        ImageReference.TryParse(text, out var image, out var problem).ShouldBeTrue(problem);
        ImageReference.TryParse(image!.ToString(), out var again, out problem).ShouldBeTrue(problem);
        again.ShouldBe(image);

        var signer = Signer(store);
        await signer.LookUpAsync(image, Cancellation);
        (await client.GetByteArrayAsync(Granted(signer, image).Url, Cancellation)).ShouldBe(content);
        (await ReadAsync(await new ObjectSource(store, http, TimeProvider.System).OpenAsync(image, 0, null, Cancellation))).ShouldBe(content);
    }

    [Fact]
    public async Task Signer_DoesNotSign_WhatSwiftRefuses()
    {
        var store = await StoreAsync("wrong");
        var signer = Signer(store);
        await signer.LookUpAsync(kernel, Cancellation);
        signer.Sign(kernel, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBe(new SignedUrl.CannotSign(
            "Swift refuses the signed URL of swift://signer/images/kernel (401): is Swift:TempUrlKey a key of the account AUTH_test or of the container signer, and does its Swift permit SHA256?"));
        // It may be in the cache.
        signer.FindProblem(kernel).ShouldBeNull();
        var failed = (await new ObjectSource(store, http, TimeProvider.System).OpenAsync(kernel, 0, null, Cancellation)).ShouldBeOfType<ImageFetch.Failed>();
        failed.Problem.ShouldBe("Swift does not give swift://signer/images/kernel: 127.0.0.1 answers 401 Unauthorized; is Swift:TempUrlKey a key of the account AUTH_test or of the container signer, and does its Swift permit SHA256?");
    }

    [Fact]
    public async Task Signer_SaysThatAnObjectIsNotThere()
    {
        var signer = Signer(await StoreAsync(Good));
        var missing = new ImageReference.Swift("signer", "missing");
        (await new ObjectSource(await StoreAsync("wrong", Good), http, TimeProvider.System).OpenAsync(missing, 0, null, Cancellation)).ShouldBe(
            new ImageFetch.Failed("Swift has no swift://signer/missing (404)", IsPassing: false) { IsMissing = true });
        await signer.LookUpAsync(missing, Cancellation);
        signer.FindProblem(missing).ShouldBe("Swift has no swift://signer/missing (404)");
    }

    [Fact]
    public async Task Signer_DoesNotSendMachines_ToASwiftThatDoesNotAnswer()
    {
        var store = new SwiftStore(new SwiftStoreSettings { Endpoint = new("http://127.0.0.1:1"), Account = "AUTH_test", Keys = [Good] });
        var signer = Signer(store);
        await signer.LookUpAsync(kernel, Cancellation);
        signer.Sign(kernel, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBe(new SignedUrl.CannotSign("Swift does not answer"));
        signer.FindProblem(kernel).ShouldBeNull();
    }

    [Fact]
    public async Task Signer_SignsForS3()
    {
        var swift = await services.SwiftAsync();
        await StoreAsync(Good);
        var image = new ImageReference.S3("signer", "images/kernel");
        S3StoreSettings settings = new() { Endpoint = swift.Endpoint, Region = SwiftService.Region, Credentials = new("test:tester", SwiftService.Password) };
        var signer = Signer(new S3Store(settings));
        await signer.LookUpAsync(image, Cancellation);
        (await client.GetByteArrayAsync(Granted(signer, image).Url, Cancellation)).ShouldBe(content);
        (await ReadAsync(await new ObjectSource(new S3Store(settings), http, TimeProvider.System).OpenAsync(image, 0, null, Cancellation))).ShouldBe(content);

        var stranger = Signer(new S3Store(settings with { Credentials = new("test:tester", "wrong") }));
        await stranger.LookUpAsync(image, Cancellation);
        stranger.Sign(image, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBe(new SignedUrl.CannotSign(
            "S3 refuses the signed URL of s3://signer/images/kernel (403): are S3:AccessKey, S3:SecretKey and S3:Region right, and may that key read the bucket?"));
    }

    [Fact]
    public async Task Source_ReadsTheRest_OfTheSameVersionOnly()
    {
        var store = await StoreAsync(Good);
        var source = new ObjectSource(store, http, TimeProvider.System);
        var whole = (await source.OpenAsync(kernel, 0, null, Cancellation)).ShouldBeOfType<ImageFetch.Opened>();
        (await ReadAsync(whole)).ShouldBe(content);
        (await source.OpenAsync(kernel, 0, whole.Validators, Cancellation)).ShouldBe(new ImageFetch.Unchanged());
        (await ReadAsync(await source.OpenAsync(kernel, 7, whole.Validators, Cancellation))).ShouldBe(content[7..]);

        var old = whole.Validators with { LastModified = whole.Validators.LastModified - TimeSpan.FromHours(1) };
        (await ReadAsync(await source.OpenAsync(kernel, 7, old, Cancellation))).ShouldBe(content);
        (await ReadAsync(await source.OpenAsync(kernel, 99, whole.Validators, Cancellation))).ShouldBe(content);
    }

    [Theory]
    [InlineData(-25, @"^Swift's clock is 00:2[45]:\d\d ahead of the one here: signed URLs that are to count for 00:20:00 count for -00:0[45]:\d\d\.")]
    [InlineData(10, @"^Swift's clock is 00:(09:59|10:0\d) behind the one here: signed URLs that are to count for 00:20:00 count for 00:(29|30):\d\d\.")]
    public async Task Clock_ThatDisagrees_IsToldOfOnce(int minutes, string warning)
    {
        var time = new ShiftedTime(TimeSpan.FromMinutes(minutes));
        var signer = new ObjectSigner(await StoreAsync(Good), client, new StoreClock("Swift", TimeSpan.FromMinutes(20), log), time);
        await signer.LookUpAsync(kernel, Cancellation);
        await signer.LookUpAsync(new ImageReference.Swift("signer", "missing"), Cancellation);
        log.Lines.ShouldHaveSingleItem().ShouldMatch(warning);
        if (minutes < 0)
            signer.Sign(kernel, time.GetUtcNow(), null).ShouldBeOfType<SignedUrl.CannotSign>().Problem.ShouldMatch(@"\(401\).*; Swift's clock is 00:2[45]:\d\d ahead of the one here$");
    }

    private static async Task<byte[]> ReadAsync(ImageFetch fetch)
    {
        var opened = fetch.ShouldBeOfType<ImageFetch.Opened>();
        await using var stream = opened.Content;
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }

    private static SignedUrl.Granted Granted(ObjectSigner signer, ImageReference? image = null) =>
        signer.Sign(image ?? kernel, TimeProvider.System.GetUtcNow(), onlyFor: null).ShouldBeOfType<SignedUrl.Granted>();

    private ObjectSigner Signer(IObjectStore store) => new(store, client, new StoreClock(store.Name, TimeSpan.FromMinutes(20), log), TimeProvider.System);

    private async Task<SwiftStore> StoreAsync(params string[] keys)
    {
        var swift = await services.SwiftAsync();
        var account = await swift.LogIn("test", Cancellation);
        await account.MakeContainer("signer", Good, Cancellation);
        await account.Put("signer", "images/kernel", content, Cancellation);
        return new SwiftStore(new SwiftStoreSettings { Endpoint = swift.Endpoint, Account = account.Name, Keys = keys, Digest = HashAlgorithmName.SHA256 });
    }

    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(Elapsed.TotalSeconds * TimestampFrequency);
    }

    private sealed class LogList : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
