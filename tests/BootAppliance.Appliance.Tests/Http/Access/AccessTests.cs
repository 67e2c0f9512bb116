using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Hosting;
using BootAppliance.Settings;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests.Access;

/// <summary>Who gets in where.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly AccessFolder folder = new();
    private readonly CommandRig rig = new();
    private readonly ManualTime time = new();
    private readonly LogLines log = new();

    public void Dispose()
    {
        log.Dispose();
        rig.Dispose();
        folder.Dispose();
    }

    // Both answers as Ironic 21.4.4 gave them with auth_strategy http_basic.
    [Theory]
    [InlineData(null, """{"error":{"message":"Authorization required","code":401}}""")]
    [InlineData("YWRtaW46YmFk", """{"error":{"message":"Incorrect username or password","code":401}}""")]
    public async Task Refusal_IsIronicsOwn(string? token, string body)
    {
        await using var server = await StartAsync();
        using var client = Client(server, token);

        using var answer = await client.GetAsync(new Uri("/v1/nodes", UriKind.Relative), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"Baremetal API\"");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(body);
    }

    [Theory]
    [InlineData("Bearer", "abc")]
    [InlineData("Basic", "YWRtaW4=")]
    public async Task Header_ThatMakesNoSense_IsABadRequest(string scheme, string token)
    {
        await using var server = await StartAsync();
        using var client = Client(server);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, token);

        (await StatusOfAsync(client, "/api/nodes")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Password_OpensWhatIsClosed()
    {
        await using var server = await StartAsync();
        using var stranger = Client(server);
        using var admin = Client(server, AdminToken);

        foreach (var path in (string[])["/api/nodes", "/API/nodes", "//api//nodes", "/api/events", "/v1/chassis", "/v1/chassis/", "/V1/chassis", "/chassis"])
        {
            (await StatusOfAsync(stranger, path)).ShouldBe(HttpStatusCode.Unauthorized, path);
            (await StatusOfAsync(admin, path)).ShouldBe(HttpStatusCode.OK, path);
        }

        (await StatusOfAsync(stranger, "/no/such")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(admin, "/no/such")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/v1", HttpStatusCode.OK)]
    [InlineData("/v1/", HttpStatusCode.OK)]
    [InlineData("/v1/no-such", HttpStatusCode.Unauthorized)]
    [InlineData("/boot.ipxe", HttpStatusCode.OK)]
    [InlineData("/boot/fallback.ipxe", HttpStatusCode.OK)]
    [InlineData("/boot/52:54:00:12:34:56/grub.cfg", HttpStatusCode.OK)]
    [InlineData("/v1/boot/52:54:00:12:34:56/boot.ipxe", HttpStatusCode.NotFound)]
    [InlineData("/v1/boot", HttpStatusCode.NotFound)]
    [InlineData("/v1/drivers/x/vendor_passthru/ipxe_config?node_uuid=x", HttpStatusCode.NotFound)]
    [InlineData("/v1/drivers/x/vendor_passthru?method=ipxe_config", HttpStatusCode.NotFound)]
    [InlineData("/v1/boot/../nodes", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/boot/%2e%2e/nodes", HttpStatusCode.Unauthorized)]
    [InlineData("/boot.ipxe/", HttpStatusCode.OK)]
    [InlineData("/boot.ipxe/x", HttpStatusCode.Unauthorized)]
    public async Task RoutesForEverybody_AreOpen_AndNothingBesideThem(string path, HttpStatusCode status)
    {
        await using var server = await StartAsync();

        (await RawHttp.AskAsync(server.Root, "GET " + path)).ShouldStartWith($"HTTP/1.1 {(int)status} ");
    }

    [Fact]
    public async Task Socket_NeedsNoPassword()
    {
        await using var server = await StartAsync();

        (await rig.OutputOfAsync("node", "list", "--json")).ShouldContain("\"nodes\": []");
    }

    [Fact]
    public async Task Address_WithManyFailures_IsToldHowLongToWait()
    {
        await using var server = await StartAsync();
        using var guesser = Client(server, "YWRtaW46YmFk");
        for (var i = 0; i < 5; i++) (await StatusOfAsync(guesser, "/api/nodes")).ShouldBe(HttpStatusCode.Unauthorized);

        using var answer = await guesser.GetAsync(new Uri("/api/nodes", UriKind.Relative), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldBeNull(); // Ironic's command line falls over it
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(
            """{"error_message":"Too many wrong passwords came from this address; try again in 1 s","error":{"message":"Too many wrong passwords came from this address; try again in 1 s","code":429}}""");
        (await rig.OutputOfAsync("node", "list", "--json")).ShouldContain("\"nodes\": []");
    }

    [Fact]
    public async Task Secrets_AreNotLogged()
    {
        folder.WriteCertificate();
        await using var server = await StartAsync(encrypted: true);
        using var admin = Client(server, AdminToken);
        using var guesser = Client(server, Token("s3same:sw0rdfish"));

        (await StatusOfAsync(admin, "/api/nodes")).ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 7; i++) await StatusOfAsync(guesser, "/api/nodes");

        log.Seen.ShouldNotBeEmpty();
        var text = string.Join('\n', log.All);
        foreach (var secret in (string[])[AdminToken, Token("s3same:sw0rdfish"), "s3same", "sw0rdfish", "pw1", "hN0OmcyjRlMhDhpi4VdLbMyM15"]) text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Certificate_IsReplaced_WhileAClientStaysConnected()
    {
        folder.WriteCertificate("one");
        await using var server = await StartAsync(encrypted: true);
        List<string> shown = [];
        using var connected = Client(server, AdminToken, shown);
        (await StatusOfAsync(connected, "/api/nodes")).ShouldBe(HttpStatusCode.OK);

        folder.WriteCertificate("two");
        time.Advance(TimeSpan.FromSeconds(1));
        using var next = Client(server, AdminToken, shown);
        (await StatusOfAsync(next, "/api/nodes")).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(connected, "/api/nodes")).ShouldBe(HttpStatusCode.OK);
        shown.ShouldBe(["CN=one", "CN=two"]);

        // The key of another certificate: the operator is half way through replacing them.
        var key = await File.ReadAllTextAsync(folder.Key, Cancellation);
        folder.WriteCertificate("three");
        folder.Write(folder.Key, key);
        time.Advance(TimeSpan.FromSeconds(1));
        using var last = Client(server, AdminToken, shown);
        (await StatusOfAsync(last, "/api/nodes")).ShouldBe(HttpStatusCode.OK);

        shown.ShouldBe(["CN=one", "CN=two", "CN=two"]);
        log.Seen.ShouldContain($"Warning: Api:KeyFile: the key in {folder.Key} does not belong to the first certificate in {folder.Certificate}. What was read before stays in force");
    }

    [Fact]
    public async Task PlainHttp_IsNotSpoken_WhereTlsIs()
    {
        folder.WriteCertificate();
        await using var server = await StartAsync(encrypted: true);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Root.Host, server.Root.Port, Cancellation);
        await tcp.GetStream().WriteAsync("GET /boot.ipxe HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);

        var answer = new byte[5];
        var length = await tcp.GetStream().ReadAtLeastAsync(answer, 5, throwOnEndOfStream: false, Cancellation);
        Encoding.ASCII.GetString(answer, 0, length).ShouldNotBe("HTTP/");
    }

    [Theory]
    [InlineData("Api:HtpasswdFile: ")]
    [InlineData("Api:CertificateFile: ")]
    public async Task File_ThatCannotBeUsed_IsSaidAtStart(string said)
    {
        var settings = Settings(encrypted: said.Contains("Certificate", StringComparison.Ordinal));
        if (settings.Endpoint.Scheme == "http") File.Delete(folder.Htpasswd);

        (await Should.ThrowAsync<StartupException>(() => ManagementServer.StartAsync(rig.Socket, time, settings))).Message.ShouldStartWith(said);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string AdminToken => Token("admin:pw1");

    private static string Token(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path), Cancellation);
        return answer.StatusCode;
    }

    private static HttpClient Client(ManagementServer server, string? token = null, List<string>? shown = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown?.Add(certificate!.Subject);
            return certificate is not null;
        };
        var client = new HttpClient(handler) { BaseAddress = server.Root };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", token);
        return client;
    }

    private Task<ManagementServer> StartAsync(bool encrypted = false) => ManagementServer.StartAsync(rig.Socket, time, Settings(encrypted), log);

    private ApiSettings Settings(bool encrypted)
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        return new ApiSettings
        {
            Endpoint = new Uri(encrypted ? "https://127.0.0.1:0" : "http://127.0.0.1:0"),
            AuthStrategy = AuthStrategy.HttpBasic,
            HtpasswdFile = folder.Htpasswd,
            CertificateFile = folder.Certificate,
            KeyFile = folder.Key,
        };
    }
}
