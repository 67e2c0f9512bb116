using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BootAppliance.Nodes;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests;

public sealed class ManagementPlaneTests : IDisposable
{
    private const string Mac = "52:54:00:12:34:56";

    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Socket_IsForItsOwnerAndGroupAlone()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        File.GetUnixFileMode(rig.Socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task BootConfig_FailsHere_AsOnTheBootPlane()
    {
        await using var boot = await BootServer.StartAsync();
        await boot.AddAsync(Mac, ProvisionState.Available);
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz");
        string[] requests =
        [
            $"GET /v1/boot/{Mac}/boot.ipxe",
            $"GET /v1/boot/{Mac}/grub.cfg",
            "GET /v1/boot/52:54:00:00:00:01/boot.ipxe",
            "GET /v1/boot/nonsense/boot.ipxe",
            "GET /v1/boot/",
            "GET /v1/boot",
            $"GET /v1/boot/{Mac}",
            $"GET /v1/boot/{Mac}/sub/boot.ipxe",
            $"POST /v1/boot/{Mac}/boot.ipxe",
            $"DELETE /v1/boot/{Mac}/boot.ipxe",
        ];
        foreach (var request in requests) (await RawHttp.AskAsync(server.Root, request)).ShouldBe(await RawHttp.AskAsync(boot.Root, request), request);
    }

    [Fact]
    public async Task BootScripts_AreServedHereToo()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--deploy");

        (await RawHttp.AskAsync(server.Root, $"GET /v1/boot/{Mac}/boot.ipxe")).ShouldContain("http://192.0.2.1/images/vmlinuz");
        (await RawHttp.AskAsync(server.Root, "GET /boot.ipxe")).ShouldContain("|#!ipxe|");
    }

    [Theory]
    [InlineData("/ipxe_config?node_uuid={0}")]
    [InlineData("/ipxe_config?port_address=52:54:00:12:34:56")]
    [InlineData("?method=ipxe_config&node_uuid={0}")]
    [InlineData("?method=ipxe_config&port_address=52-54-00-12-34-56")]
    public async Task IpxeConfig_IsServedHereToo(string query)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--deploy");
        var path = "/v1/drivers/manual-management/vendor_passthru" + string.Format(CultureInfo.InvariantCulture, query, server.Nodes.All.Single().Uuid);

        var script = await RawHttp.AskAsync(server.Root, $"GET {path}");

        script.ShouldStartWith("HTTP/1.1 200 OK|");
        script[script.IndexOf("#!ipxe", StringComparison.Ordinal)..].ShouldBe((await RawHttp.AskAsync(server.Root, $"GET /v1/boot/{Mac}/boot.ipxe")).Split("||", 2)[1]);
        (await RawHttp.AskAsync(server.Root, $"GET {path.Replace("ipxe_config", "other", StringComparison.Ordinal)}")).ShouldStartWith("HTTP/1.1 404 Not Found|");
    }

    [Fact]
    public async Task BootScripts_LookedAtHere_AreNoBoot()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--deploy");
        var before = server.Events.LastSequence;
        string[] paths = ["/boot.ipxe", $"/boot/{Mac}/grub.cfg", "/boot/52:54:00:00:00:01/grub.cfg", $"/boot/fallback.ipxe?macs={Mac}", "/boot/fallback.ipxe?macs=52-54-00-00-00-01", $"/v1/boot/{Mac}/boot.ipxe"];

        foreach (var path in paths) (await RawHttp.AskAsync(server.Root, "GET " + path)).ShouldStartWith("HTTP/1.1 200 OK", customMessage: path);

        server.Events.Query(new EventQuery { After = before }).ShouldBeEmpty();
        server.Discovered.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Path_ThatIsNotThere_IsRefusedInTheFormOfTheApi()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        var answer = await RawHttp.AskAsync(server.Root, "GET /api/no/such");

        answer.ShouldStartWith("HTTP/1.1 404 Not Found|");
        answer.ShouldContain("""{"error":{"code":404,"message":"there is no GET /api/no/such"}}""");
    }

    [Fact]
    public async Task Settings_AreShown_AsInTheFile_WithoutSecrets()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var http = new HttpClient { BaseAddress = server.Root };

        var text = await http.GetStringAsync("api/settings", TestContext.Current.CancellationToken);

        text.ShouldNotContain("do not tell");
        var settings = JsonElement.Parse(text);
        settings.GetProperty("Swift").GetProperty("TempUrlKey").GetString().ShouldBe("(secret)");
        settings.GetProperty("Network").GetProperty("Address").GetString().ShouldBe("192.0.2.1");
        var subnet = settings.GetProperty("Dhcp").GetProperty("Subnets")[0];
        subnet.GetProperty("Prefix").GetString().ShouldBe("192.0.2.0/24");
        subnet.GetProperty("Pool").GetString().ShouldBe("192.0.2.100-192.0.2.200");
        subnet.GetProperty("LeaseTime").GetString().ShouldBe("01:00:00");
        subnet.GetProperty("Reservations")[0].GetProperty("Mac").GetString().ShouldBe("52:54:00:12:34:56");
        settings.GetProperty("Images").GetProperty("Cache").GetProperty("Size").GetString().ShouldNotBeNull();
    }

    // The rest of a request is read by the framework; what is kept as it came must be of use later.
    [Theory]
    [InlineData("""{"target": "active", "steps": [{"step": "\ud800"}]}""")]
    [InlineData("""{"target": "active", "steps": [{"step": "a", "step": "b"}]}""")]
    [InlineData("""{"target": "active", "steps": ["deploy"]}""")]
    [InlineData("""{"target": "active", "config_drive": {"user_data": "\ud800"}}""")]
    [InlineData("""{"target": "active", "config_drive": {"user_data": "a", "user_data": "b"}}""")]
    [InlineData("""{"target": "active", "config_drive": {"user_data": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""")]
    [InlineData("""{"target": "active", "config_drive": 7}""")]
    public async Task Provision_IsRefused_WhereItsJsonIsOfNoUse(string body)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz");
        using var client = new HttpClient { BaseAddress = server.Root };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.PutAsync("/api/nodes/demo/provision", content, TestContext.Current.CancellationToken);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        JsonElement.Parse(text).GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        server.Nodes.All.Single().ProvisionState.ShouldBe(ProvisionState.Available);
    }

    [Theory]
    [InlineData("POST", "/api/nodes", "application/x-www-form-urlencoded", "{}", 415, "there is no POST /api/nodes that takes application/x-www-form-urlencoded: send JSON, with Content-Type: application/json")]
    [InlineData("POST", "/api/nodes", "application/json", "null", 400, "Required parameter \"NodeRequest request\" was not provided from body.")]
    [InlineData("PUT", "/api/nodes/nobody/provision", "application/json", "{", 404, "Node nobody could not be found.")]
    [InlineData("PATCH", "/api/nodes/nobody", "application/json", "{", 404, "Node nobody could not be found.")]
    [InlineData("PUT", "/api/nodes/demo/provision", "text/plain", "{}", 415, "there is no PUT /api/nodes/demo/provision that takes text/plain: send JSON, with Content-Type: application/json")]
    [InlineData("PATCH", "/api/nodes/demo", "application/json", "null", 400, "the body is not what is expected: it is null")]
    [InlineData("PATCH", "/api/nodes/demo", "application/json", "[]", 400, null)]
    [InlineData("POST", "/api/none", "application/json", "{}", 404, "there is no POST /api/none")]
    [InlineData("DELETE", "/api/nodes/demo", null, "", 403, null)]
    public async Task Request_ThatCannotBeServed_IsToldWhy(string method, string path, string? type, string body, int status, string? message)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        await server.Nodes.AddAsync(new Node { Name = "demo", ProvisionState = ProvisionState.Active, Protected = true });
        using var client = new HttpClient { BaseAddress = server.Root };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (type is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        ((int)answer.StatusCode, error.GetProperty("code").GetInt32()).ShouldBe((status, status));
        error.GetProperty("message").GetString().ShouldBe(message ?? error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/api/nodes", 200)]
    [InlineData("/api/nodes/nobody", 404)]
    [InlineData("/api/discovered", 200)]
    [InlineData("/api/events", 200)]
    [InlineData("/api/leases", 200)]
    [InlineData("/api/boot/preview?mac=" + Mac, 200)]
    [InlineData("/api/dhcp/export?format=dnsmasq", 200)]
    [InlineData("/api/settings", 200)]
    [InlineData("/api/images", 200)]
    [InlineData("/api/imports/nothing", 404)]
    public async Task Head_IsGetWithoutItsBody(string path, int status)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        var get = await RawHttp.AskAsync(server.Root, $"GET {path}");
        var head = await RawHttp.AskAsync(server.Root, $"HEAD {path}");

        get.ShouldStartWith($"HTTP/1.1 {status} ");
        // A body whose length is not known before is ended by the connection, or by chunks, which HEAD has none of.
        head.ShouldBe(get[..(get.IndexOf("||", StringComparison.Ordinal) + 2)].Replace("|Transfer-Encoding: chunked", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_DescribesEveryRoute_OfOurOwn()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var http = new HttpClient { BaseAddress = server.Root };

        var document = JsonElement.Parse(await http.GetStringAsync("api/openapi.json", TestContext.Current.CancellationToken));

        var paths = document.GetProperty("paths").EnumerateObject().ToList();
        paths.Select(p => p.Name).ShouldBe(
            ["/api/nodes", "/api/nodes/{id}", "/api/nodes/{id}/provision", "/api/discovered", "/api/discovered/{mac}/adopt", "/api/events", "/api/events/watch", "/api/leases", "/api/leases/{address}", "/api/boot/preview", "/api/dhcp/export", "/api/settings", "/api/images", "/api/images/{name}", "/api/imports/{name}"],
            ignoreOrder: true);
        paths.SelectMany(p => p.Value.EnumerateObject()).Where(verb => !verb.Value.TryGetProperty("summary", out _)).ShouldBeEmpty();
        paths.SelectMany(p => p.Value.EnumerateObject()).Count(verb => verb.Value.TryGetProperty("requestBody", out _)).ShouldBe(5);
    }
}
