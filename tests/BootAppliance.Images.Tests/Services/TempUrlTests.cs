using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using BootAppliance.Images;
using BootAppliance.Lab.Services;

namespace BootAppliance.Tests.Services;

/// <summary>Our temporary URLs before the judge that they are made for.</summary>
public sealed class TempUrlTests(RealServices services)
{
    private const string First = "first key of the account", Second = "second key of the account", Third = "key of the container";
    private const string Name = "images/kernel";

    private static readonly byte[] content = Encoding.ASCII.GetBytes("0123456789");
    private static readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private static readonly TimeSpan life = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SHA1", First)]
    [InlineData("SHA256", First)]
    [InlineData("SHA512", First)]
    [InlineData("SHA256", Second)]
    [InlineData("SHA256", Third)]
    public async Task Url_IsTaken_WithEachDigest_AndEachKey(string digest, string key)
    {
        var (store, account) = await PrepareAsync();
        var url = Sign(store, account, Terms(), key, new HashAlgorithmName(digest));
        (await http.GetByteArrayAsync(url, Cancellation)).ShouldBe(content);
    }

    [Theory]
    [InlineData("kernel")]
    [InlineData("a b")]
    [InlineData("größe/ядро/カーネル")]
    [InlineData("100%25")]
    [InlineData("a+b&c=d;e")]
    [InlineData("what?#fragment")]
    [InlineData("~tilde*'(){}[]!$\"<>|^`")]
    [InlineData("a//b/")]
    [InlineData("%2F")]
    public async Task Url_IsTaken_WhateverTheNameOfTheObject(string name)
    {
        var (store, account) = await PrepareAsync();
        var named = Encoding.UTF8.GetBytes("content of " + name);
        await account.Put("c", name, named, Cancellation);
        (await http.GetByteArrayAsync(Sign(store, account, Terms(), First, name: name), Cancellation)).ShouldBe(named);
    }

    [Theory]
    [InlineData("GET", "GET", 200)]
    [InlineData("GET", "HEAD", 200)]
    [InlineData("GET", "OPTIONS", 200)]
    [InlineData("GET", "PUT", 401)]
    [InlineData("GET", "DELETE", 401)]
    [InlineData("HEAD", "HEAD", 200)]
    [InlineData("HEAD", "GET", 401)]
    [InlineData("PUT", "HEAD", 200)]
    [InlineData("PUT", "GET", 401)]
    public async Task Url_PermitsItsMethod(string permitted, string asked, int status)
    {
        var (store, account) = await PrepareAsync();
        var url = Sign(store, account, Terms() with { Method = new HttpMethod(permitted) }, First);
        (await StatusAsync(new HttpMethod(asked), url)).ShouldBe(status);
    }

    [Fact]
    public async Task Url_IsRefused_WhenAnythingInItIsChanged()
    {
        var (store, account) = await PrepareAsync();
        await account.Put("c", "images/other", content, Cancellation);
        var url = Sign(store, account, Terms(), First);
        var expires = Terms().Expires.ToUnixTimeSeconds();
        (await StatusAsync(HttpMethod.Get, url)).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, url + "&more=1")).ShouldBe(200);

        foreach (var changed in (string[])
            [
                url.Replace(Name, "images/other"),
                url.Replace(expires.ToString(), (expires + 1).ToString()),
                url[..url.IndexOf("&temp_url_expires", StringComparison.Ordinal)],
                url.Replace("temp_url_sig=", "temp_url_sig=0"),
                url.Split('?')[0],
                url.Split('/' + Name)[0] + url[url.IndexOf('?')..],
                Sign(store, account, Terms(), "no key"),
                Sign(store, account, Terms(), First, new HashAlgorithmName("MD5")),
                Sign(store, account, Terms() with { Expires = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(1) }, First),
            ])
        {
            (await StatusAsync(HttpMethod.Get, changed)).ShouldBe(401, changed);
        }
    }

    [Fact]
    public async Task Url_IsOver_WhenItsTimeIs()
    {
        var (store, account) = await PrepareAsync();
        var url = Sign(store, account, Terms() with { Expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(3) }, First);
        (await StatusAsync(HttpMethod.Get, url)).ShouldBe(200);
        await Eventually(async () => await StatusAsync(HttpMethod.Get, url) == 401);
    }

    [Theory]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("127.0.0.1/32", 200)]
    [InlineData("192.0.2.0/24", 401)]
    public async Task Url_IsForTheRangeOnly(string range, int status)
    {
        var (store, account) = await PrepareAsync();
        var url = Sign(store, account, Terms() with { OnlyFor = IPNetwork.Parse(range) }, First);
        (await StatusAsync(HttpMethod.Get, url)).ShouldBe(status);
        (await StatusAsync(HttpMethod.Get, url[..url.IndexOf("&temp_url_ip_range", StringComparison.Ordinal)])).ShouldBe(401);
        (await StatusAsync(HttpMethod.Get, url, request => request.Headers.Add("X-Forwarded-For", "192.0.2.1"))).ShouldBe(status);
    }

    [Fact]
    public async Task Url_WithAPrefix_IsForAllThatBeginsSo()
    {
        var (store, account) = await PrepareAsync();
        await account.Put("c", "images/other", content, Cancellation);
        await account.Put("c", "else", content, Cancellation);
        var url = Sign(store, account, Terms() with { Prefix = "images/" }, First);
        (await StatusAsync(HttpMethod.Get, url)).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, url.Replace(Name, "images/other"))).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, url.Replace(Name, "images/missing"))).ShouldBe(404);
        (await StatusAsync(HttpMethod.Get, url.Replace(Name, "else"))).ShouldBe(401);
        (await StatusAsync(HttpMethod.Get, url.Replace("prefix=images", "prefix=image"))).ShouldBe(401);
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms() with { Prefix = "" }, First, name: "else"))).ShouldBe(200);
    }

    [Fact]
    public async Task KeyOfAContainer_IsForThatContainer()
    {
        var (store, account) = await PrepareAsync();
        await account.MakeContainer("d", "another key", Cancellation);
        await account.Put("d", Name, content, Cancellation);
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms(), Third, container: "d"))).ShouldBe(401);
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms(), First, container: "d"))).ShouldBe(200);
    }

    [Fact]
    public async Task Keys_AreChanged_WithoutAGap_WhenTheNewOneIsThereBeforeItSigns()
    {
        var store = await services.SwiftAsync();
        var account = await store.LogIn("rotation", Cancellation);
        await account.SetKeys("old", "", Cancellation);
        await account.MakeContainer("c", "", Cancellation);
        await account.Put("c", Name, content, Cancellation);
        var handedOut = Sign(store, account, Terms(), "old");
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms(), "new"))).ShouldBe(401);

        await account.SetKeys("old", "new", Cancellation);
        (await StatusAsync(HttpMethod.Get, handedOut)).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms(), "new"))).ShouldBe(200);

        await account.SetKeys("new", "", Cancellation);
        (await StatusAsync(HttpMethod.Get, handedOut)).ShouldBe(401);
        (await StatusAsync(HttpMethod.Get, Sign(store, account, Terms(), "new"))).ShouldBe(200);
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "234")]
    [InlineData("bytes=-3", 206, "789")]
    [InlineData("bytes=7-", 206, "789")]
    [InlineData("bytes=10-", 416, null)]
    public async Task Range_IsServed(string range, int status, string? part)
    {
        var (store, account) = await PrepareAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Sign(store, account, Terms(), First)) { Headers = { Range = RangeHeaderValue.Parse(range) } };
        using var answer = await http.SendAsync(request, Cancellation);
        ((int)answer.StatusCode).ShouldBe(status);
        if (part is not null) (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(part);
    }

    [Fact]
    public async Task Version_IsNotSentAgain()
    {
        var (store, account) = await PrepareAsync();
        var url = Sign(store, account, Terms(), First);
        using var answer = await http.GetAsync(url, Cancellation);
        var tag = answer.Headers.NonValidated["ETag"].ToString();
        (await StatusAsync(HttpMethod.Get, url, request => request.Headers.TryAddWithoutValidation("If-None-Match", tag))).ShouldBe(304);
        (await StatusAsync(HttpMethod.Get, url, request => request.Headers.TryAddWithoutValidation("If-None-Match", "other"))).ShouldBe(200);
    }

    [Theory]
    [InlineData(First, 200, 200)]
    [InlineData(Third, 409, 401)]
    public async Task LargeObject_WhoseSegmentsAreInAnotherContainer_NeedsAKeyOfTheAccount(string key, int staticStatus, int dynamicStatus)
    {
        var (store, account) = await PrepareAsync();
        await account.MakeContainer("segments", "", Cancellation);
        await account.Put("segments", "large/1", content, Cancellation);
        await account.Put("segments", "large/2", content, Cancellation);
        await account.Put("c", "static", "?multipart-manifest=put", Encoding.ASCII.GetBytes("""[{"path":"segments/large/1"},{"path":"segments/large/2"}]"""), [], Cancellation);
        await account.Put("c", "dynamic", "", [], [("X-Object-Manifest", "segments/large/")], Cancellation);
        foreach (var (name, status) in new[] { ("static", staticStatus), ("dynamic", dynamicStatus) })
        {
            var url = Sign(store, account, Terms(), key, name: name);
            (await StatusAsync(HttpMethod.Get, url)).ShouldBe(status, name);
            if (status != 200) continue;
            (await http.GetByteArrayAsync(url, Cancellation)).ShouldBe([.. content, .. content]);
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(8, 11) } };
            using var answer = await http.SendAsync(request, Cancellation);
            (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("8901");
        }
    }

    private static TempUrlTerms Terms() => new(HttpMethod.Get, TimeProvider.System.GetUtcNow() + life);

    private static string Sign(
        SwiftService store, SwiftAccount account, TempUrlTerms terms, string key, HashAlgorithmName? digest = null, string container = "c", string name = Name) =>
        TempUrl.Sign(store.Endpoint, new SwiftObject(account.Name, container, name), terms, key, digest ?? HashAlgorithmName.SHA256);

    private static async Task<int> StatusAsync(HttpMethod method, string url, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, url);
        change?.Invoke(request);
        using var answer = await http.SendAsync(request, Cancellation);
        return (int)answer.StatusCode;
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(100, Cancellation);
    }

    private async Task<(SwiftService Store, SwiftAccount Account)> PrepareAsync()
    {
        var store = await services.SwiftAsync();
        var account = await store.LogIn("test", Cancellation);
        await account.SetKeys(First, Second, Cancellation);
        await account.MakeContainer("c", Third, Cancellation);
        await account.Put("c", Name, content, Cancellation);
        return (store, account);
    }
}
