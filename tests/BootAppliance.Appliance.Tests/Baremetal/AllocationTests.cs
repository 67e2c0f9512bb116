using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class AllocationTests : IAsyncLifetime
{
    private BaremetalRig rig = null!;

    public async ValueTask InitializeAsync() => rig = await BaremetalRig.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Allocation_TakesANode_AsTheRecordingShows()
    {
        var node = await AddNodeAsync("bm-01", ProvisionState.Available, traits: ["CUSTOM_GPU"]);

        var reply = await rig.AskAsync("POST", "/v1/allocations", """{"resource_class": "rc6", "name": "a6", "traits": ["CUSTOM_GPU"]}""", 78);

        reply.Status.ShouldBe(HttpStatusCode.Created);
        var uuid = reply.Json.GetProperty("uuid").GetGuid();
        reply.Location.ShouldBe($"{rig.Server.Root}v1/allocations/{uuid}");
        BaremetalReply.Names(reply.Json).ShouldBe([
            "uuid", "created_at", "updated_at", "candidate_nodes", "extra", "last_error", "name", "owner", "resource_class", "state", "traits", "links", "node_uuid"]);
        reply.Json.GetProperty("state").GetString().ShouldBe("allocating");
        var settled = await SettledAsync("a6");
        settled.GetProperty("state").GetString().ShouldBe("active");
        settled.GetProperty("node_uuid").GetGuid().ShouldBe(node.Uuid);
        var taken = rig.Server.Nodes.FindByUuid(node.Uuid)!;
        (taken.AllocationUuid, taken.InstanceUuid).ShouldBe((uuid, uuid));
        taken.InstanceInfo.Texts("traits").ShouldBe(["CUSTOM_GPU"]);
        (await rig.GetAsync("/v1/nodes/bm-01/allocation")).Json.GetProperty("uuid").GetGuid().ShouldBe(uuid);
    }

    [Theory]
    [InlineData("""{"resource_class": "other", "uuid": "0e139f51-56c0-425c-af2a-952ba8577012"}""", "no available nodes match the resource class other.")]
    [InlineData("""{"resource_class": "rc6", "traits": ["CUSTOM_FPGA"], "uuid": "0e139f51-56c0-425c-af2a-952ba8577012"}""", "no suitable nodes have the requested traits CUSTOM_FPGA.")]
    [InlineData("""{"resource_class": "rc6", "candidate_nodes": ["busy"], "uuid": "0e139f51-56c0-425c-af2a-952ba8577012"}""", "none of the requested nodes are available and match the resource class rc6.")]
    public async Task Allocation_SaysWhyItFoundNone(string body, string why)
    {
        await AddNodeAsync("free", ProvisionState.Available);
        await AddNodeAsync("busy", ProvisionState.Active);
        await AddNodeAsync("in maintenance", ProvisionState.Available, maintenance: true);

        await rig.PostAsync("/v1/allocations", body);

        var settled = await SettledAsync("0e139f51-56c0-425c-af2a-952ba8577012");
        settled.GetProperty("state").GetString().ShouldBe("error");
        settled.GetProperty("last_error").GetString().ShouldBe($"Failed to process allocation 0e139f51-56c0-425c-af2a-952ba8577012: {why}");
    }

    [Fact]
    public async Task Removal_FreesTheNode_UnlessItIsInUse()
    {
        await AddNodeAsync("bm-01", ProvisionState.Available);
        await rig.PostAsync("/v1/allocations", """{"resource_class": "rc6", "name": "a"}""");
        await SettledAsync("a");
        (await rig.DeleteAsync("/v1/allocations/a")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.GetAsync("/v1/allocations/a")).ShouldRefuse(HttpStatusCode.NotFound, "Allocation a could not be found.");
        rig.Server.Nodes.FindByName("bm-01")!.InstanceUuid.ShouldBeNull();
        (await rig.GetAsync("/v1/nodes/bm-01/allocation")).ShouldRefuse(HttpStatusCode.NotFound, "Allocation for node bm-01 was not found");

        var used = await AddNodeAsync("bm-02", ProvisionState.Active);
        var backfilled = await rig.PostAsync("/v1/allocations", """{"node": "bm-02", "name": "b"}""");
        backfilled.GetProperty("state").GetString().ShouldBe("active");
        backfilled.GetProperty("resource_class").GetString().ShouldBe("rc6");
        (await rig.DeleteAsync("/v1/nodes/bm-02/allocation")).ShouldRefuse(HttpStatusCode.Conflict,
            $"Cannot remove allocation {backfilled.GetProperty("uuid").GetString()} for node {used.Uuid}, because the node is active (and maintenance mode is off)");
    }

    [Fact]
    public async Task Allocation_EndsWithItsInstance()
    {
        var node = await AddNodeAsync("bm-01", ProvisionState.Available);
        await rig.PostAsync("/v1/allocations", """{"resource_class": "rc6", "name": "a"}""");
        await SettledAsync("a");

        await rig.Server.Nodes.UpdateAsync(node.Uuid, n => n with { InstanceUuid = null });

        rig.Server.Nodes.FindByUuid(node.Uuid)!.AllocationUuid.ShouldBeNull();
        (await rig.GetAsync("/v1/allocations/a")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "node_uuid": "0e139f51-56c0-425c-af2a-952ba8577012"}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "candidate_nodes": ["nobody"]}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "candidate_nodes": "bm-01"}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "traits": ["lower-case"]}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "name": "in valid"}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"name": "a2"}""", 96, 400)]
    [InlineData("POST", "/v1/allocations", """{"node": "idle"}""", 96, 409)]
    [InlineData("POST", "/v1/allocations", """{"node": "idle"}""", 57, 406)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "owner": "me"}""", 59, 406)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6", "name": "taken"}""", 96, 409)]
    [InlineData("POST", "/v1/allocations", """{"resource_class": "rc6"}""", 51, 405)]
    [InlineData("GET", "/v1/allocations", null, 51, 404)]
    [InlineData("GET", "/v1/allocations?owner=me", null, 59, 406)]
    [InlineData("GET", "/v1/allocations?node=nobody", null, 96, 400)]
    [InlineData("PATCH", "/v1/allocations/taken", """[{"op": "replace", "path": "/extra", "value": {}}]""", 56, 405)]
    [InlineData("PATCH", "/v1/allocations/taken", """[{"op": "replace", "path": "/state", "value": "active"}]""", 96, 400)]
    [InlineData("PATCH", "/v1/allocations/taken", """[{"op": "replace", "path": "/resource_class", "value": "other"}]""", 96, 400)]
    public async Task Request_IsRefused(string method, string path, string? body, int minor, int status)
    {
        await AddNodeAsync("idle", ProvisionState.Manageable);
        await rig.PostAsync("/v1/allocations", """{"resource_class": "rc6", "name": "taken"}""");

        (await rig.AskAsync(method, path, body, minor)).Status.ShouldBe((HttpStatusCode)status);
    }

    [Fact]
    public async Task Allocation_IsRenamed()
    {
        await rig.PostAsync("/v1/allocations", """{"resource_class": "rc6", "name": "before"}""");
        await SettledAsync("before");

        (await rig.AskAsync("PATCH", "/v1/allocations/before", """[{"op": "add", "path": "/name", "value": "after"}, {"op": "add", "path": "/extra/a", "value": "b"}]""")).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.GetAsync("/v1/allocations?state=error&resource_class=rc6")).Texts("allocations", "name").ShouldBe(["after"]);
        (await rig.GetAsync("/v1/allocations?state=active")).Texts("allocations", "name").ShouldBeEmpty();
    }

    private Task<Node> AddNodeAsync(string name, ProvisionState state, bool maintenance = false, string[]? traits = null) => rig.Server.Nodes.AddAsync(new Node
    {
        Name = name.Replace(' ', '-'),
        ProvisionState = state,
        ResourceClass = "rc6",
        Maintenance = maintenance,
        Traits = [.. traits ?? []],
    });

    /// <summary>Asks until the search is over, as clients do.</summary>
    private async Task<JsonElement> SettledAsync(string name)
    {
        while (true)
        {
            var reply = await rig.GetAsync($"/v1/allocations/{name}");
            reply.Status.ShouldBe(HttpStatusCode.OK);
            if (reply.Json.GetProperty("state").GetString() != "allocating") return reply.Json;
        }
    }
}
