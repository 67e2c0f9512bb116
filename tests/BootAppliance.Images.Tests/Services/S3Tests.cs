using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Images;
using BootAppliance.Lab.Services;

namespace BootAppliance.Tests.Services;

/// <summary>Our presigned URLs before the S3 API of a real Swift.</summary>
public sealed class S3Tests(RealServices services)
{
    private static readonly byte[] content = Encoding.ASCII.GetBytes("0123456789");
    private static readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kernel")]
    [InlineData("a b/größe")]
    [InlineData("100%25+&=?#")]
    [InlineData("~tilde*'(){}[]!$\"<>|^`")]
    [InlineData("a//b/")]
    public async Task Url_IsTaken_WhateverTheNameOfTheObject(string name)
    {
        var store = await PrepareAsync(name);
        (await http.GetByteArrayAsync(Sign(store, name: name), Cancellation)).ShouldBe(content);
    }

    [Fact]
    public async Task Url_PermitsItsMethod()
    {
        var store = await PrepareAsync();
        (await StatusAsync(HttpMethod.Get, Sign(store))).ShouldBe(200);
        (await StatusAsync(HttpMethod.Head, Sign(store))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Head, Sign(store, method: HttpMethod.Head))).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, Sign(store, method: HttpMethod.Head))).ShouldBe(403);
    }

    [Fact]
    public async Task Url_IsRefused_WhenAnythingInItIsChanged()
    {
        var store = await PrepareAsync();
        var url = Sign(store);
        (await StatusAsync(HttpMethod.Get, url[..^1] + (url[^1] == '0' ? '1' : '0'))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Get, url.Replace("X-Amz-Expires=1200", "X-Amz-Expires=1201"))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Get, url.Split('?')[0])).ShouldBeOneOf(400, 403);
        (await StatusAsync(HttpMethod.Get, Sign(store, secret: "wrong"))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Get, Sign(store, user: "nobody:nowhere"))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Get, Sign(store, region: "elsewhere-1"))).ShouldBe(400);
        (await StatusAsync(HttpMethod.Get, Sign(store, name: "missing"))).ShouldBe(404);
        (await StatusAsync(HttpMethod.Get, url, request => request.Headers.Host = "other.example")).ShouldBe(403);
    }

    [Fact]
    public async Task Url_IsTaken_WithTheBucketInTheHost()
    {
        var swift = await PrepareAsync("a b/größe");
        var endpoint = new UriBuilder(swift.Endpoint) { Host = SwiftService.S3Domain }.Uri;
        var store = new S3Store(new S3StoreSettings
        {
            Endpoint = endpoint,
            Region = SwiftService.Region,
            Credentials = new("test:tester", SwiftService.Password),
            AddressStyle = S3AddressStyle.VirtualHost,
        });
        var url = store.Sign(new ImageReference.S3("bucket", "a b/größe"), HttpMethod.Get, 0, TimeProvider.System.GetUtcNow(), onlyFor: null).Url;
        url.ShouldStartWith($"http://bucket.{SwiftService.S3Domain}:{endpoint.Port}/a%20b/");
        using var resolving = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(swift.Endpoint.Host, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        (await resolving.GetByteArrayAsync(url, Cancellation)).ShouldBe(content);
    }

    [Fact]
    public async Task Url_IsOver_WhenItsTimeIs_AndLivesForSevenDaysAtMost()
    {
        var store = await PrepareAsync();
        var now = TimeProvider.System.GetUtcNow();
        (await StatusAsync(HttpMethod.Get, Sign(store, now: now - TimeSpan.FromMinutes(21)))).ShouldBe(403);
        (await StatusAsync(HttpMethod.Get, Sign(store, life: PresignedUrl.LongestLife))).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, Sign(store, life: PresignedUrl.LongestLife + TimeSpan.FromSeconds(1)))).ShouldBe(400);
    }

    [Theory]
    [InlineData("bytes=2-4", 206)]
    [InlineData("bytes=10-", 416)]
    public async Task Range_IsServed(string range, int status)
    {
        var store = await PrepareAsync();
        (await StatusAsync(HttpMethod.Get, Sign(store), request => request.Headers.Range = RangeHeaderValue.Parse(range))).ShouldBe(status);
    }

    private static string Sign(
        SwiftService swift, string name = "kernel", HttpMethod? method = null, string user = "test:tester", string secret = SwiftService.Password, string region = SwiftService.Region,
        DateTimeOffset? now = null, TimeSpan? life = null)
    {
        var store = new S3Store(new S3StoreSettings { Endpoint = swift.Endpoint, Region = region, Credentials = new(user, secret), Duration = life ?? TimeSpan.FromMinutes(20) });
        return store.Sign(new ImageReference.S3("bucket", name), method ?? HttpMethod.Get, 0, now ?? TimeProvider.System.GetUtcNow(), onlyFor: null).Url;
    }

    private static async Task<int> StatusAsync(HttpMethod method, string url, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, url);
        change?.Invoke(request);
        using var answer = await http.SendAsync(request, Cancellation);
        return (int)answer.StatusCode;
    }

    private async Task<SwiftService> PrepareAsync(string name = "kernel")
    {
        var swift = await services.SwiftAsync();
        var account = await swift.LogIn("test", Cancellation);
        await account.MakeContainer("bucket", "", Cancellation);
        await account.Put("bucket", name, content, Cancellation);
        return swift;
    }
}
