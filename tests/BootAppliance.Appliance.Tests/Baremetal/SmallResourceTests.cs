using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

/// <summary>Chassis, conductors, shards, events, inspection rules.</summary>
public sealed class SmallResourceTests : IAsyncLifetime
{
    private BaremetalRig rig = null!;

    public async ValueTask InitializeAsync() => rig = await BaremetalRig.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Chassis_WithNodes_Stays()
    {
        var chassis = await rig.PostAsync("/v1/chassis", """{"description": "c1"}""", 78);
        BaremetalReply.Names(chassis).ShouldBe(["uuid", "created_at", "updated_at", "description", "extra", "links", "nodes"]);
        var uuid = chassis.GetProperty("uuid").GetGuid();
        var node = await rig.Server.Nodes.AddAsync(new Node { Name = "inside", ChassisUuid = uuid });
        await rig.Server.Nodes.AddAsync(new Node { Name = "outside" });

        (await rig.GetAsync($"/v1/chassis/{uuid}/nodes")).Texts("nodes", "name").ShouldBe(["inside"]);
        (await rig.DeleteAsync($"/v1/chassis/{uuid}")).ShouldRefuse(HttpStatusCode.BadRequest, $"Cannot complete the requested action because chassis {uuid} contains nodes.");
        await rig.Server.Nodes.RemoveAsync(node.Uuid);
        (await rig.DeleteAsync($"/v1/chassis/{uuid}")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Chassis_ArePaged()
    {
        foreach (var text in new[] { "c1", "c2", "c3" }) await rig.PostAsync("/v1/chassis", $$"""{"description": "{{text}}"}""");

        var page = await rig.GetAsync("/v1/chassis/?limit=2&sort_key=description&sort_dir=desc");
        page.Texts("chassis", "description").ShouldBe(["c3", "c2"]);
        (await rig.GetAsync(page.Json.GetProperty("next").GetString()!)).Texts("chassis", "description").ShouldBe(["c1"]);
        page = await rig.GetAsync("/v1/chassis/detail?limit=2");
        page.Json.GetProperty("next").GetString()!.ShouldContain("/v1/chassis/detail?");
        (await rig.GetAsync(page.Json.GetProperty("next").GetString()!)).Json.GetProperty("chassis")[0].TryGetProperty("extra", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Conductor_IsThisHost()
    {
        var host = Environment.MachineName;

        (await rig.GetAsync("/v1/conductors", 48)).Status.ShouldBe(HttpStatusCode.NotFound);
        var listed = (await rig.GetAsync("/v1/conductors", 49)).Json.GetProperty("conductors")[0];
        BaremetalReply.Names(listed).ShouldBe(["hostname", "conductor_group", "links", "alive"]);
        listed.GetProperty("hostname").GetString().ShouldBe(host);
        BaremetalReply.Names((await rig.GetAsync($"/v1/conductors/{host}")).Json).ShouldBe(["created_at", "updated_at", "hostname", "conductor_group", "drivers", "links", "alive"]);
        (await rig.GetAsync("/v1/conductors/other")).ShouldRefuse(HttpStatusCode.NotFound, "Conductor other could not be found.");
    }

    [Fact]
    public async Task Shards_AreCounted()
    {
        foreach (var shard in new[] { "b", null, "a", "b" }) await rig.Server.Nodes.AddAsync(new Node { Shard = shard });

        (await rig.GetAsync("/v1/shards", 81)).Status.ShouldBe(HttpStatusCode.NotFound);
        var reply = await rig.GetAsync("/v1/shards", 82);
        reply.Texts("shards", "name").ShouldBe(["None", "a", "b"]);
        reply.Json.GetProperty("shards")[2].GetProperty("count").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"events": [{"event": "network.bind_port", "port_id": "0e139f51-56c0-425c-af2a-952ba8577012", "mac_address": "52:54:00:00:00:01", "status": "ACTIVE"}]}""", 204)]
    [InlineData("""{"events": [{"event": "coffee.ready", "port_id": "0e139f51-56c0-425c-af2a-952ba8577012", "mac_address": "52:54:00:00:00:01", "status": "ACTIVE"}]}""", 400)]
    [InlineData("""{"events": [{"event": "network.bind_port", "port_id": "0e139f51-56c0-425c-af2a-952ba8577012", "status": "ACTIVE"}]}""", 400)]
    [InlineData("""{"events": [{"event": "network.bind_port", "port_id": 7, "mac_address": "52:54:00:00:00:01", "status": "ACTIVE"}]}""", 400)]
    [InlineData("""{"events": [7]}""", 400)]
    [InlineData("""{"events": []}""", 400)]
    [InlineData("""{"events": [], "colour": "red"}""", 400)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    public async Task Events_AreTaken(string body, int status)
    {
        (await rig.AskAsync("POST", "/v1/events", body)).Status.ShouldBe((HttpStatusCode)status);
        (await rig.AskAsync("POST", "/v1/events", body, 53)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task InspectionRules_AreNone()
    {
        (await rig.GetAsync("/v1/inspection_rules", 95)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.GetAsync("/v1/inspection_rules")).Json.GetProperty("inspection_rules").GetArrayLength().ShouldBe(0);
        (await rig.AskAsync("POST", "/v1/inspection_rules", "{}")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await rig.GetAsync("/v1/inspection_rules/x")).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
