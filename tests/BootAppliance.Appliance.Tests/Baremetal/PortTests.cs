using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class PortTests : IAsyncLifetime
{
    private const string NodeUuid = "11111111-1111-4111-8111-111111111111";
    private const string OtherUuid = "22222222-1111-4111-8111-111111111111";

    private BaremetalRig rig = null!;

    public async ValueTask InitializeAsync()
    {
        rig = await BaremetalRig.StartAsync();
        await rig.Server.Nodes.AddAsync(new Node { Uuid = Guid.Parse(NodeUuid), Name = "bm-01", Shard = "a" });
        await rig.Server.Nodes.AddAsync(new Node { Uuid = Guid.Parse(OtherUuid), Name = "bm-02" });
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Port_IsAddedAsTheRecordingShows()
    {
        var reply = await rig.AskAsync("POST", "/v1/ports", $$$"""
            {"address": "52:54:00:AA:00:01", "node_uuid": "{{{NodeUuid}}}", "extra": {"a": "b"}, "pxe_enabled": "false", "physical_network": "physnet1",
             "local_link_connection": {"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "Ethernet1/1", "switch_info": "sw1"}}
            """, version: 78);

        reply.Status.ShouldBe(HttpStatusCode.Created);
        var uuid = reply.Json.GetProperty("uuid").GetGuid();
        reply.Location.ShouldBe($"{rig.Server.Root}v1/ports/{uuid}");
        BaremetalReply.Names(reply.Json).ShouldBe([
            "uuid", "created_at", "updated_at", "address", "extra", "internal_info", "is_smartnic", "local_link_connection", "physical_network", "pxe_enabled", "node_uuid", "links", "portgroup_uuid"]);
        reply.Json.GetProperty("address").GetString().ShouldBe("52:54:00:aa:00:01");
        reply.Json.GetProperty("pxe_enabled").GetBoolean().ShouldBeFalse();
        reply.Json.GetProperty("created_at").GetString().ShouldEndWith("+00:00");
        rig.Server.Nodes.FindByMac(new MacAddress(0x525400AA0001))!.Name.ShouldBe("bm-01");
    }

    [Fact]
    public async Task Port_HasTheFieldsOfItsVersion()
    {
        var port = await AddAsync(NodeUuid, 1);
        var path = $"/v1/ports/{port}";

        BaremetalReply.Names((await rig.GetAsync(path, 1)).Json).ShouldBe(["uuid", "created_at", "updated_at", "address", "extra", "node_uuid", "links"]);
        BaremetalReply.Names((await rig.GetAsync(path, 88)).Json).ShouldContain("name");
        (await rig.GetAsync($"{path}?fields=name", 87)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
        (await rig.GetAsync($"{path}?fields=address", 7)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
        (await rig.AskAsync("POST", "/v1/ports", $$"""{"address": "52:54:00:00:00:02", "node_uuid": "{{NodeUuid}}", "physical_network": "x"}""", 33)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("""{"address": "52:54:00:aa:00:01", "node_uuid": "11111111-1111-4111-8111-111111111111"}""", 409, "A port with MAC address 52:54:00:aa:00:01 already exists.")]
    [InlineData("""{"address": "52:54:00:aa:00:01", "node_uuid": "22222222-1111-4111-8111-111111111111"}""", 409, "A port with MAC address 52:54:00:aa:00:01 already exists.")]
    [InlineData("""{"address": "zz:54:00:aa:00:02", "node_uuid": "11111111-1111-4111-8111-111111111111"}""", 400, "Expected valid MAC address for address: zz:54:00:aa:00:02")]
    [InlineData("""{"address": "52:54:00:aa:00:09", "node_uuid": "99999999-9999-4999-8999-999999999999"}""", 400, "Node 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("""{"address": "52:54:00:ee:00:02", "node_uuid": "bm-09"}""", 400, "Node bm-09 could not be found.")]
    [InlineData("""{"node_uuid": "11111111-1111-4111-8111-111111111111"}""", 400, "Schema error for port: 'address' is a required property")]
    [InlineData("""{"address": "52:54:00:aa:00:09"}""", 400, "Schema error for port: 'node_uuid' is a required property")]
    [InlineData("""{"address": 7, "node_uuid": "11111111-1111-4111-8111-111111111111"}""", 400, "Schema error for port: 7 is not of type 'string', 'null'. Failed validating 'address'")]
    [InlineData("""{"address": "52:54:00:aa:00:09", "node_uuid": "11111111-1111-4111-8111-111111111111", "colour": "red"}""", 400, "Schema error for port: Additional properties are not allowed ('colour' was unexpected)")]
    [InlineData("""{"address": "52:54:00:aa:00:09", "node_uuid": "11111111-1111-4111-8111-111111111111", "name": "taken"}""", 409, "A port with name taken already exists.")]
    [InlineData("""{"address": "52:54:00:aa:00:09", "node_uuid": "22222222-1111-4111-8111-111111111111", "name": "taken"}""", 409, "A port with name taken already exists.")]
    [InlineData("""{"address": "52:54:00:aa:00:09", "node_uuid": "11111111-1111-4111-8111-111111111111", "portgroup_uuid": "99999999-9999-4999-8999-999999999999"}""", 400, "Portgroup 99999999-9999-4999-8999-999999999999 could not be found.")]
    public async Task Port_IsRefused_InTheWordsOfIronic(string body, int status, string fault)
    {
        await rig.PostAsync("/v1/ports", $$"""{"address": "52:54:00:aa:00:01", "node_uuid": "{{NodeUuid}}", "name": "taken"}""");

        (await rig.AskAsync("POST", "/v1/ports", body)).ShouldRefuse((HttpStatusCode)status, fault);
    }

    [Fact]
    public async Task Port_IsMovedToAnotherNode()
    {
        var uuid = await AddAsync(NodeUuid, 1);
        var before = (await rig.GetAsync($"/v1/ports/{uuid}")).Json;

        var reply = await MoveAsync(uuid, OtherUuid);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        (reply["node_uuid"].GetString(), reply["address"].GetString()).ShouldBe((OtherUuid, before.GetProperty("address").GetString()));
        (await rig.GetAsync($"/v1/nodes/{OtherUuid}/ports")).Json.GetProperty("ports").GetArrayLength().ShouldBe(1);
        (await rig.GetAsync($"/v1/nodes/{NodeUuid}/ports")).Json.GetProperty("ports").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Port_IsMoved_OnlyWhereBothNodesAllowIt()
    {
        var uuid = await AddAsync(NodeUuid, 1);
        await rig.AddInAsync(ProvisionState.Active, "in-use", n => n with { Uuid = Guid.Parse("33333333-1111-4111-8111-111111111111") });
        var group = (await rig.PostAsync("/v1/portgroups", $$"""{"node_uuid": "{{NodeUuid}}"}""")).GetProperty("uuid").GetString();

        (await MoveAsync(uuid, "99999999-9999-4999-8999-999999999999")).ShouldRefuse(HttpStatusCode.BadRequest, "Node 99999999-9999-4999-8999-999999999999 could not be found.");
        (await MoveAsync(uuid, "33333333-1111-4111-8111-111111111111")).ShouldRefuse(HttpStatusCode.Conflict,
            $"Port {uuid} can not have any connectivity attributes (node_id) updated unless node 33333333-1111-4111-8111-111111111111 is in a "
            + "enroll, inspecting, inspect wait, manageable state or in maintenance mode. The current state is active.");
        (await MoveAsync(uuid, OtherUuid, """, {"op": "replace", "path": "/address", "value": "52:54:00:00:00:77"}"""))
            .ShouldRefuse(HttpStatusCode.BadRequest, $"Port {uuid} cannot get another address or name while it is moved to node {OtherUuid}: change that by itself.");
        (await MoveAsync(uuid, OtherUuid, $$""", {"op": "add", "path": "/portgroup_uuid", "value": "{{group}}"}"""))
            .ShouldRefuse(HttpStatusCode.BadRequest, $"Port {uuid} cannot be a member of portgroup {group}, which belongs to another node than {OtherUuid}");
        (await rig.AskAsync("PATCH", $"/v1/portgroups/{group}", $$"""[{"op": "replace", "path": "/node_uuid", "value": "{{OtherUuid}}"}]"""))
            .ShouldRefuse(HttpStatusCode.BadRequest, $"Portgroup {group} cannot be moved to another node: remove it, and add it there.");
        (await rig.GetAsync($"/v1/ports/{uuid}"))["node_uuid"].GetString().ShouldBe(NodeUuid);
    }

    [Fact]
    public async Task NodeName_IsTakenForTheNode_FromItsVersionOn()
    {
        const string Body = """{"address": "52:54:00:ee:00:02", "node_uuid": "bm-01"}""";

        (await rig.AskAsync("POST", "/v1/ports", Body, 93)).ShouldRefuse(HttpStatusCode.BadRequest, "Expected UUID for node_uuid: bm-01");
        (await rig.PostAsync("/v1/ports", Body, 94)).GetProperty("node_uuid").GetString().ShouldBe(NodeUuid);
    }

    [Theory]
    [InlineData("""{"switch_id": "nonsense", "port_id": "1"}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f"}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": 1}""")]
    [InlineData("""{"colour": "red"}""")]
    [InlineData("""{"network_type": "mine", "port_id": "1", "hostname": "h"}""")]
    [InlineData("\"text\"")]
    public async Task LocalLink_IsChecked(string link)
    {
        var reply = await rig.AskAsync("POST", "/v1/ports", $$"""{"address": "52:54:00:00:00:02", "node_uuid": "{{NodeUuid}}", "local_link_connection": {{link}}}""");

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Fault.ShouldContain("local_link_connection");
    }

    [Fact]
    public async Task Lists_AreNarrowedAndPaged()
    {
        var first = await AddAsync(NodeUuid, 1);
        var second = await AddAsync(OtherUuid, 2);
        var third = await AddAsync(NodeUuid, 3);

        Uuids(await rig.GetAsync("/v1/ports/")).ShouldBe([first, third, second]);
        Uuids(await rig.GetAsync("/v1/ports?node=bm-02")).ShouldBe([second]);
        Uuids(await rig.GetAsync($"/v1/ports?node_uuid={NodeUuid}")).ShouldBe([first, third]);
        Uuids(await rig.GetAsync("/v1/ports?address=52:54:00:00:00:02")).ShouldBe([second]);
        Uuids(await rig.GetAsync("/v1/ports?address=52:54:00:00:00:ff")).ShouldBeEmpty();
        Uuids(await rig.GetAsync("/v1/ports?shard=a,b")).ShouldBe([first, third]);
        Uuids(await rig.GetAsync("/v1/ports?sort_key=address&sort_dir=desc")).ShouldBe([third, second, first]);
        Uuids(await rig.GetAsync("/v1/nodes/bm-01/ports")).ShouldBe([first, third]);
        (await rig.GetAsync("/v1/nodes/bm-01/ports/detail")).Json.GetProperty("ports")[0].TryGetProperty("pxe_enabled", out _).ShouldBeTrue();

        var page = await rig.GetAsync("/v1/ports?limit=1&fields=uuid");
        Uuids(page).ShouldBe([first]);
        page = await rig.GetAsync(page.Json.GetProperty("next").GetString()!);
        Uuids(page).ShouldBe([third]);
        page = await rig.GetAsync(page.Json.GetProperty("next").GetString()!);
        Uuids(page).ShouldBe([second]);
        page.Json.TryGetProperty("next", out _).ShouldBeFalse();
        BaremetalReply.Names(page.Json.GetProperty("ports")[0]).ShouldBe(["uuid", "links"]);
    }

    [Theory]
    [InlineData("/v1/ports?colour=red", 400, "Unexpected arguments: colour")]
    [InlineData("/v1/ports?address=nonsense", 400, "Expected valid MAC address for address: nonsense")]
    [InlineData("/v1/ports?node=nobody", 404, "Node nobody could not be found.")]
    [InlineData("/v1/nodes/nobody/ports", 404, "Node nobody could not be found.")]
    [InlineData("/v1/ports?portgroup=none", 404, "Portgroup none could not be found.")]
    [InlineData("/v1/portgroups/none/ports", 404, "Portgroup none could not be found.")]
    [InlineData("/v1/ports?marker=99999999-9999-4999-8999-999999999999", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports?marker=99999999-9999-4999-8999-999999999999&sort_key=address", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports?marker=99999999-9999-4999-8999-999999999999&sort_dir=desc", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports?marker=99999999-9999-4999-8999-999999999999&node=bm-01", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/nodes/bm-01/ports?marker=99999999-9999-4999-8999-999999999999", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports?node=nobody&address=52:54:00:00:00:01", 404, "Node nobody could not be found.")]
    [InlineData("/v1/chassis?marker=99999999-9999-4999-8999-999999999999&sort_dir=desc", 404, "Chassis 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports?sort_key=extra", 400, "The sort_key value \"extra\" is an invalid field for sorting")]
    [InlineData("/v1/ports?detail=true&fields=uuid", 400, "Can't fetch a subset of fields with 'detail' set")]
    [InlineData("/v1/ports/99999999-9999-4999-8999-999999999999", 404, "Port 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("/v1/ports/nobody", 404, "Port nobody could not be found.")]
    public async Task Question_IsRefused(string path, int status, string fault) => (await rig.GetAsync(path)).ShouldRefuse((HttpStatusCode)status, fault);

    [Theory]
    [InlineData("node=bm-01&address=52:54:00:00:00:01", true)]
    [InlineData("node=bm-02&address=52:54:00:00:00:01", false)]
    [InlineData("node_uuid=22222222-1111-4111-8111-111111111111&address=52:54:00:00:00:01", false)]
    [InlineData("portgroup=pg1&address=52:54:00:00:00:01", true)]
    [InlineData("portgroup=pg1&address=52:54:00:00:00:02", false)]
    [InlineData("portgroup=pg1&node=bm-01", true)]
    [InlineData("portgroup=pg1&node=bm-02", false)]
    [InlineData("shard=a&node=bm-01&address=52:54:00:00:00:01", true)]
    [InlineData("shard=b&node=bm-01&address=52:54:00:00:00:01", false)]
    public async Task List_HasWhatAllArgumentsLeave(string query, bool hasIt)
    {
        var group = (await rig.PostAsync("/v1/portgroups", $$"""{"node_uuid": "{{NodeUuid}}", "name": "pg1"}""")).GetProperty("uuid").GetString();
        var port = await AddAsync(NodeUuid, 1, $", \"portgroup_uuid\": \"{group}\"");
        await AddAsync(OtherUuid, 2);

        Uuids(await rig.GetAsync("/v1/ports?" + query)).ShouldBe(hasIt ? [port] : []);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&sort_key=address")]
    [InlineData("&sort_key=address&sort_dir=desc")]
    public async Task NextPage_BeginsWhereTheLastOneEnded_WhateverBecameOfThat(string order)
    {
        await rig.Nodes.UpdateAsync(Guid.Parse(OtherUuid), node => node with { Shard = "a" });
        string[] ports = [await AddAsync(NodeUuid, 1), await AddAsync(OtherUuid, 2)];
        if (order.EndsWith("desc", StringComparison.Ordinal)) Array.Reverse(ports);
        var first = await rig.GetAsync($"/v1/ports?shard=a&limit=1{order}");
        Uuids(first).ShouldBe([ports[0]]);

        await rig.Nodes.UpdateAsync(rig.Nodes.FindByPart(Guid.Parse(ports[0]))!.Uuid, node => node with { Shard = "b" });

        Uuids(await rig.GetAsync(first["next"].GetString()!)).ShouldBe([ports[1]]);
    }

    [Fact]
    public async Task Patch_ChangesThePort()
    {
        var path = $"/v1/ports/{await AddAsync(NodeUuid, 2)}";

        var changed = await rig.AskAsync("PATCH", path, """[{"op": "add", "path": "/extra/x", "value": 1}, {"op": "add", "path": "/pxe_enabled", "value": "False"}, {"op": "add", "path": "/name", "value": "p2"}]""");
        changed.Status.ShouldBe(HttpStatusCode.OK);
        changed.Json.GetProperty("extra").GetProperty("x").GetInt32().ShouldBe(1);
        changed.Json.GetProperty("pxe_enabled").GetBoolean().ShouldBeFalse();
        changed.Json.GetProperty("updated_at").GetString().ShouldNotBeNull();
        (await rig.AskAsync("PATCH", "/v1/ports/p2", """[{"op": "add", "path": "/address", "value": "52:54:00:AA:00:22"}]""")).Json.GetProperty("address").GetString().ShouldBe("52:54:00:aa:00:22");
        rig.Server.Nodes.FindByMac(new MacAddress(0x525400000002)).ShouldBeNull();

        foreach (var patch in new[]
        {
            """[{"op": "add", "path": "/uuid", "value": "99999999-9999-4999-8999-999999999999"}]""",
            """[{"op": "add", "path": "/internal_info", "value": {}}]""",
            """[{"op": "remove", "path": "/address"}]""",
        }) (await rig.AskAsync("PATCH", path, patch)).Status.ShouldBe(HttpStatusCode.BadRequest, patch);
    }

    [Fact]
    public async Task Patch_OfAMachineInUse_IsRefused()
    {
        await rig.Server.Nodes.AddAsync(new Node
        {
            Uuid = Guid.Parse("33333333-1111-4111-8111-111111111111"),
            ProvisionState = ProvisionState.Active,
            Ports = [new Port { Address = new MacAddress(0x525400000003), Name = "used" }],
        });

        (await rig.AskAsync("PATCH", "/v1/ports/used", """[{"op": "replace", "path": "/address", "value": "52:54:00:00:00:04"}]""")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await rig.AskAsync("PATCH", "/v1/ports/used", """[{"op": "replace", "path": "/pxe_enabled", "value": false}]""")).Fault.ShouldContain("(pxe_enabled)");
        (await rig.AskAsync("PATCH", "/v1/ports/used", """[{"op": "add", "path": "/extra/note", "value": "fine"}]""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Port_IsRemovedOnce()
    {
        var port = await AddAsync(NodeUuid, 1);

        (await rig.DeleteAsync($"/v1/ports/{port}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.DeleteAsync($"/v1/ports/{port}")).ShouldRefuse(HttpStatusCode.NotFound, $"Port {port} could not be found.");
        rig.Server.Nodes.FindByName("bm-01")!.Ports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Group_HasItsMembers()
    {
        var group = await rig.PostAsync("/v1/portgroups", $$"""{"node_uuid": "{{NodeUuid}}", "address": "52:54:00:aa:00:99", "name": "pg1", "mode": "802.3ad"}""", 78);
        BaremetalReply.Names(group).ShouldBe(["uuid", "created_at", "updated_at", "address", "extra", "internal_info", "mode", "name", "properties", "standalone_ports_supported", "node_uuid", "links", "ports"]);
        var uuid = group.GetProperty("uuid").GetString();
        var member = await AddAsync(NodeUuid, 1, $", \"portgroup_uuid\": \"{uuid}\"");

        Uuids(await rig.GetAsync("/v1/portgroups/pg1/ports")).ShouldBe([member]);
        Uuids(await rig.GetAsync($"/v1/ports?portgroup={uuid}")).ShouldBe([member]);
        (await rig.GetAsync("/v1/nodes/bm-01/portgroups")).Texts("portgroups", "name").ShouldBe(["pg1"]);
        (await rig.GetAsync("/v1/portgroups?address=52:54:00:AA:00:99")).Texts("portgroups", "uuid").ShouldBe([uuid]);
        BaremetalReply.Names((await rig.GetAsync("/v1/portgroups")).Json.GetProperty("portgroups")[0]).ShouldBe(["uuid", "address", "name", "links"]);
        (await rig.AskAsync("POST", "/v1/ports", $$"""{"address": "52:54:00:00:00:07", "node_uuid": "{{OtherUuid}}", "portgroup_uuid": "{{uuid}}"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await rig.DeleteAsync("/v1/portgroups/pg1")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await rig.DeleteAsync($"/v1/ports/{member}");
        (await rig.DeleteAsync("/v1/portgroups/pg1")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("name", "pg1", "A portgroup with name pg1 already exists.")]
    [InlineData("address", "52:54:00:aa:00:99", "A portgroup with MAC address 52:54:00:aa:00:99 already exists.")]
    public async Task Group_NeedsWhatIsNobodyElses(string field, string value, string fault)
    {
        await rig.PostAsync("/v1/portgroups", $$"""{"node_uuid": "{{NodeUuid}}", "{{field}}": "{{value}}"}""");

        (await rig.AskAsync("POST", "/v1/portgroups", $$"""{"node_uuid": "{{OtherUuid}}", "{{field}}": "{{value}}"}""")).ShouldRefuse(HttpStatusCode.Conflict, fault);
    }

    [Fact]
    public async Task Groups_AreNotThere_BeforeTheirVersion()
    {
        (await rig.GetAsync("/v1/portgroups", 22)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.GetAsync("/v1/nodes/bm-01/portgroups", 23)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.GetAsync("/v1/portgroups/detail", 23)).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static string?[] Uuids(BaremetalReply reply) => reply.Texts("ports", "uuid");

    private Task<BaremetalReply> MoveAsync(string port, string node, string more = "") =>
        rig.AskAsync("PATCH", $"/v1/ports/{port}", $$"""[{"op": "replace", "path": "/node_uuid", "value": "{{node}}"}{{more}}]""");

    private async Task<string> AddAsync(string node, int number, string more = "") =>
        (await rig.PostAsync("/v1/ports", $$"""{"address": "52:54:00:00:00:{{number:x2}}", "node_uuid": "{{node}}"{{more}}}""")).GetProperty("uuid").GetString()!;
}
