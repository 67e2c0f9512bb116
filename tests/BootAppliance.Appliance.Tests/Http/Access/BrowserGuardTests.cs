using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BootAppliance.Settings;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests.Access;

/// <summary>What a web page can make the browser of an operator ask, with the headers that browsers send.</summary>
public sealed class BrowserGuardTests : IDisposable
{
    private readonly AccessFolder folder = new();
    private readonly CommandRig rig = new();

    public void Dispose()
    {
        rig.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1:6385", HttpStatusCode.OK)]
    [InlineData("127.8.8.8", HttpStatusCode.OK)]
    [InlineData("[::1]:6385", HttpStatusCode.OK)]
    [InlineData("LocalHost:6385", HttpStatusCode.OK)]
    [InlineData("localhost.:6385", HttpStatusCode.OK)]
    [InlineData("appliance.localhost:6385", HttpStatusCode.OK)]
    [InlineData("Proxy.example", HttpStatusCode.OK)]
    [InlineData("rebound.example:6385", HttpStatusCode.Forbidden)]
    [InlineData("notlocalhost", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost.rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("192.0.2.1:6385", HttpStatusCode.Forbidden)]
    [InlineData("0.0.0.0:6385", HttpStatusCode.Forbidden)]
    public async Task Host_MustBeOfTheLoopback_WhereNoPasswordIsAskedFor(string host, HttpStatusCode expected)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        foreach (var path in (string[])["/api/nodes", "/v1/nodes", "/v1/lookup?addresses=52:54:00:12:34:56", "/"])
        {
            var status = await StatusOfAsync(server, "GET", path, ("Host", host));
            (status == HttpStatusCode.Forbidden).ShouldBe(expected == HttpStatusCode.Forbidden, $"{path} → {status}");
        }
    }

    /// <summary>A browser names the same host in both places; where they differ, the target counts (RFC 9112 section 3.2.2).</summary>
    [Theory]
    [InlineData("http://rebound.example", "127.0.0.1", 403)]
    [InlineData("http://127.0.0.1", "elsewhere.example", 200)]
    public async Task HostOfAWholeTarget_IsTheOneThatIsLookedAt(string target, string host, int expected)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var connection = await RawConnection.OpenAsync(server.Root);
        await connection.SendAsync($"GET {target}/api/nodes HTTP/1.1\r\nHost: {host}\r\n\r\n");

        (await connection.ReadHeadAsync()).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData("/boot.ipxe", HttpStatusCode.OK)]
    [InlineData("/boot/52-54-00-12-34-56/grub.cfg", HttpStatusCode.OK)]
    [InlineData("/v1/boot/52-54-00-12-34-56/boot.ipxe", HttpStatusCode.NotFound)]
    public async Task Machine_BootsByWhateverNameItWasTold(string path, HttpStatusCode expected)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        (await StatusOfAsync(server, "GET", path, ("Host", "boot.example"))).ShouldBe(expected);
        (await StatusOfAsync(server, "GET", path, ("Host", "boot.example"), ("Sec-Fetch-Site", "cross-site"))).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task NameInTheCertificate_MayBeUsed_AsNoOtherLeadsABrowserHere()
    {
        folder.WriteCertificate("appliance.example");
        await using var server = await ManagementServer.StartAsync(
            rig.Socket, CommandRig.Clock, new ApiSettings { Endpoint = new Uri("https://127.0.0.1:0"), CertificateFile = folder.Certificate, KeyFile = folder.Key });
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=appliance.example" } }) { BaseAddress = server.Root };
        client.DefaultRequestHeaders.Host = "appliance.example";

        (await client.GetAsync("/api/nodes", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Sec-Fetch-Site", "same-site", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Origin", "https://evil.example", true)]
    [InlineData("Origin", "null", true)]
    [InlineData("Origin", "http://127.0.0.1:1", true)]
    [InlineData("Origin", "http://{host}", false)]
    [InlineData("Accept", "*/*", false)]
    public async Task PageOfAnotherSite_IsRefused(string header, string value, bool isRefused)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        value = value.Replace("{host}", server.Root.Authority, StringComparison.Ordinal);

        foreach (var (method, path) in new[] { ("POST", "/v1/nodes"), ("GET", "/v1/nodes"), ("DELETE", "/api/nodes/web1"), ("PUT", "/v1/nodes/web1/states/provision"), ("GET", "/api/settings") })
            (await StatusOfAsync(server, method, path, (header, value)) == HttpStatusCode.Forbidden).ShouldBe(isRefused, $"{method} {path}");
    }

    [Fact]
    public async Task PageOfAnotherSite_IsRefused_BeforeThePasswordIsLookedAt_AndAnyNameMayBeUsedWithOne()
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        await using var server = await ManagementServer.StartAsync(
            rig.Socket, CommandRig.Clock, new ApiSettings { Endpoint = new Uri("http://127.0.0.1:0"), AuthStrategy = AuthStrategy.HttpBasic, HtpasswdFile = folder.Htpasswd });
        const string Token = "Basic YWRtaW46cHcx";

        (await StatusOfAsync(server, "GET", "/api/nodes", ("Host", "appliance.example"), ("Authorization", Token))).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(server, "GET", "/api/nodes", ("Host", "appliance.example"), ("Origin", "http://appliance.example"), ("Authorization", Token))).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(server, "GET", "/api/nodes", ("Sec-Fetch-Site", "cross-site"), ("Authorization", Token))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusOfAsync(server, "GET", "/api/nodes", ("Sec-Fetch-Site", "cross-site"))).ShouldBe(HttpStatusCode.Forbidden);
        // A proxy with a certificate of its own: the browser knows better than the names that arrive.
        (await StatusOfAsync(server, "GET", "/api/nodes", ("Origin", "https://appliance.example"), ("Sec-Fetch-Site", "same-origin"), ("Authorization", Token))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refusal_SaysWhy_InTheFormOfEachClient()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = new HttpClient { BaseAddress = server.Root };
        client.DefaultRequestHeaders.Host = "rebound.example";

        var answer = JsonElement.Parse(await (await client.GetAsync("/v1/nodes", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        const string Reason = "Without a password this API is known by names of the loopback only, and rebound.example could be a web page's: ask for localhost or 127.0.0.1, or set Api:AuthStrategy to http_basic";
        answer.GetProperty("error_message").GetString().ShouldBe(Reason);
        answer.GetProperty("error").GetProperty("message").GetString().ShouldBe(Reason);
    }

    [Fact]
    public async Task Socket_TakesAnyHost()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(rig.Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        (await client.GetAsync("http://anything.example/v1/nodes", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(ManagementServer server, string method, string path, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = server.Root };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
