using System.Net;
using System.Text;
using BootAppliance.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>What is made of answers that no proper Glance or object store gives, and of those that change.</summary>
public sealed class StoreAnswerTests : IDisposable
{
    private const string Leaking = """{"status": "active", "direct_url": "swift+http://user:PASSWORD@swift/c/o", "locations": [{"url": "swift+http://user:PASSWORD@swift/c/o"}]}""";

    private static readonly ImageReference.Glance image = new(Guid.Parse("32aa2aa2-2205-41dc-a5db-382c9e9c53f1"));

    private readonly HttpClient client = new();
    private readonly ManualTime time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => client.Dispose();

    [Theory]
    [InlineData("401 Unauthorized", false)]
    [InlineData("403 Forbidden", false)]
    [InlineData("400 Bad Request", false)]
    [InlineData("503 Service Unavailable", false)]
    [InlineData("404 Not Found", true)]
    public async Task Glance_ThatDoesNotTalkToUs_KeepsNoImageFromMachines(string status, bool isProblem)
    {
        await using var server = new ImageServer(_ => new ImageServer.Answer { Status = status });
        var lookup = new GlanceLookup(Glance(server), time);
        await lookup.LookUpAsync(image, Cancellation);
        (lookup.FindProblem(image) is not null).ShouldBe(isProblem);
    }

    [Fact]
    public async Task Glance_ThatBreaksOffInItsAnswer_OrSpeaksNoCharset_IsAskedAgain()
    {
        var body = """{"status": "active"}"""u8.ToArray();
        await using var cutting = new ImageServer(_ => new ImageServer.Answer { Body = body, CutAt = 5, Headers = { ["Content-Type"] = "application/json" } });
        (await Glance(cutting).ShowAsync(image.Image, Cancellation)).ShouldBe(new GlanceAnswer(null, $"Glance does not answer at {new Uri(cutting.Root).Authority}", IsPassing: true));
        await using var odd = new ImageServer(_ => new ImageServer.Answer { Body = body, Headers = { ["Content-Type"] = "application/json; charset=klingon" } });
        (await Glance(odd).ShowAsync(image.Image, Cancellation)).ShouldBe(new GlanceAnswer(null, $"what answers at {new Uri(odd.Root).Authority} is no Glance", IsPassing: true));
    }

    /// <summary>Glance is known to tell the password by which it gets at its Swift.</summary>
    [Theory]
    [InlineData("200 OK", """{"status": "killed: swift+http://user:PASSWORD@swift/c/o"}""", null, "cannot be had from Glance: it is killed")]
    [InlineData("200 OK", """{"status": "7 PASSWORD"}""", null, "cannot be had from Glance: it is in no state that has a name")]
    [InlineData("200 OK", """{"status": "PASSWORD" """, null, "is no Glance")]
    [InlineData("200 OK", """{"status": "active", "size": "swift+http://user:PASSWORD@swift/c/o"}""", null, "is no Glance")]
    [InlineData("500 swift+http://user:PASSWORD@swift/c/o", "PASSWORD", null, "Glance answers 500 when")]
    [InlineData("404 PASSWORD", "PASSWORD", null, "Glance has no image")]
    [InlineData("200 OK", Leaking, "500 \e[2Jswift+http://user:PASSWORD@swift/c/o", "127.0.0.1 answers 500 Internal Server Error")]
    [InlineData("200 OK", Leaking, "403 PASSWORD", "127.0.0.1 answers 403 Forbidden")]
    [InlineData("200 OK", Leaking, "599 PASSWORD", "127.0.0.1 answers 599")]
    [InlineData("200 OK", Leaking, "302 swift+http://user:PASSWORD@swift/c/o", "127.0.0.1 redirects to a URL that is neither http nor https")]
    [InlineData("200 OK", Leaking, "302 http://user:PASSWORD@127.0.0.1:1/c/o", "127.0.0.1 cannot be reached")]
    [InlineData("200 OK", Leaking, "302 http://PASSWORD@169.254.1.1/c/o", "127.0.0.1 redirects to 169.254.1.1, which is for neighbours on the same link only")]
    public async Task Password_ThatGlanceTells_IsNotRepeated(string shown, string body, string? file, string expected)
    {
        await using var server = new ImageServer(request => request.Path.EndsWith("/file", StringComparison.Ordinal)
            ? new ImageServer.Answer { Status = file!, Headers = { ["Location"] = file!.Split(' ')[1] } }
            : new ImageServer.Answer { Status = shown, Body = Encoding.UTF8.GetBytes(body), Headers = { ["Content-Type"] = "application/json" } });
        using var http = new HttpSource(TimeProvider.System, TimeSpan.FromSeconds(10));

        var failed = (await new GlanceSource(Glance(server), http).OpenAsync(image, 0, null, Cancellation)).ShouldBeOfType<ImageFetch.Failed>();

        failed.Problem.ShouldContain(expected);
        failed.Problem.ShouldNotContain("PASSWORD");
        failed.Problem.ShouldAllBe(c => !char.IsControl(c));
    }

    [Fact]
    public async Task Key_ThatWasChanged_IsNoticed_BeforeGrubGivesUp()
    {
        var good = 0;
        await using var server = new ImageServer(request => new ImageServer.Answer { Status = request.Path == $"/k?key={good}" ? "200 OK" : "401 Unauthorized" });
        var signer = new ObjectSigner(new Store(server.Root), client, new StoreClock("a store", TimeSpan.FromMinutes(20), NullLogger.Instance), time);
        (await KeyAsync()).ShouldEndWith("key=0");
        good = 1;
        (await KeyAsync()).ShouldEndWith("key=0");
        time.Advance(TimeSpan.FromSeconds(10));
        (await KeyAsync()).ShouldEndWith("key=1");

        async Task<string> KeyAsync()
        {
            await signer.LookUpAsync(image, Cancellation);
            return signer.Sign(image, time.GetUtcNow(), onlyFor: null).ShouldBeOfType<SignedUrl.Granted>().Url;
        }
    }

    [Theory]
    [InlineData("http://swift:8080", "http://swift:8080/", null)]
    [InlineData("http://swift:8080/v1", "http://swift:8080/", null)]
    [InlineData("http://swift:8080/v1/", "http://swift:8080/", null)]
    [InlineData("http://radosgw/swift/v1/AUTH_a/", "http://radosgw/swift", "AUTH_a")]
    [InlineData("http://swift:8080/v12", "http://swift:8080/v12", null)]
    public void StorageUrl_IsCutToTheEndpoint(string url, string endpoint, string? account) => StorageUrl.Split(new(url)).ShouldBe((new Uri(endpoint), account));

    [Theory]
    [InlineData(S3AddressStyle.VirtualHost, "http://images.s3.example:9000//198.18.0.9/k%20%2B?")]
    [InlineData(S3AddressStyle.Path, "http://s3.example:9000/images//198.18.0.9/k%20%2B?")]
    public void Key_ThatBeginsWithASlash_LeadsToNoOtherHost(S3AddressStyle style, string url)
    {
        var store = new S3Store(new S3StoreSettings { Endpoint = new("http://s3.example:9000"), Region = "us-east-1", Credentials = new("a", "s"), AddressStyle = style });
        store.Sign(new ImageReference.S3("images", "/198.18.0.9/k +"), HttpMethod.Get, 0, time.GetUtcNow(), onlyFor: null).Url.ShouldStartWith(url);
    }

    private GlanceClient Glance(ImageServer server) => new(new(server.Root), tokens: null, client, new StoreClock("Glance", TimeSpan.FromMinutes(20), NullLogger.Instance), time);

    /// <summary>Tells which key signed.</summary>
    private sealed class Store(string root) : IObjectStore
    {
        public string Name => "a store";

        public int KeyCount => 2;

        public bool Holds(ImageReference image) => true;

        public string Advice(ImageReference image) => "";

        public SignedUrl.Granted Sign(ImageReference image, HttpMethod method, int key, DateTimeOffset now, IPNetwork? onlyFor) => new($"{root}/k?key={key}", now);
    }
}
