using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class NodeListTests
{
    [Fact]
    public async Task List_HasItsOwnFields()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.GetAsync("/v1/nodes"))["nodes"][0].EnumerateObject().Select(m => m.Name).ShouldBe(["uuid", "instance_uuid", "maintenance", "name", "power_state", "provision_state", "links"]);
        (await rig.GetAsync("/v1/nodes", 4))["nodes"][0].EnumerateObject().Select(m => m.Name).ShouldBe(["uuid", "instance_uuid", "maintenance", "power_state", "provision_state", "links"]);
        (await rig.GetAsync("/v1/nodes/?fields=uuid,name"))["nodes"][0].EnumerateObject().Select(m => m.Name).ShouldBe(["uuid", "name", "links"]);
    }

    [Theory]
    [InlineData("/v1/nodes/detail", 1)]
    [InlineData("/v1/nodes?detail=True", 43)]
    public async Task List_InDetail_HasWhatANodeHas(string path, int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        (await rig.GetAsync(path, version))["nodes"][0].GetRawText().ShouldBe((await rig.GetAsync($"/v1/nodes/{uuid}", version)).Text);
    }

    [Theory]
    [InlineData("detail=true", 42, HttpStatusCode.BadRequest, "Invalid query parameter ?detail=true received.")]
    [InlineData("detail=true&fields=uuid", 96, HttpStatusCode.BadRequest, "Can't fetch a subset of fields with 'detail' set")]
    [InlineData("nonsense=1&other=2", 96, HttpStatusCode.BadRequest, "Unexpected arguments: nonsense, other")]
    [InlineData("maintenance=maybe", 96, HttpStatusCode.BadRequest, "Invalid maintenance: Unrecognized value 'maybe', acceptable values are: 'true', 'false'")]
    [InlineData("chassis_uuid=x", 96, HttpStatusCode.BadRequest, "Expected UUID for chassis_uuid: x")]
    [InlineData("provision_state=nonsense", 96, HttpStatusCode.BadRequest, "Provision state \"nonsense\" is not valid")]
    [InlineData("fault=nonsense", 96, HttpStatusCode.BadRequest, "Unrecognized fault \"nonsense\" is specified, allowed faults are power failure, clean failure, rescue abort failure, service failure")]
    [InlineData("limit=x", 96, HttpStatusCode.BadRequest, "Expected an integer for limit: x")]
    [InlineData("limit=-1", 96, HttpStatusCode.BadRequest, "Limit must be positive")]
    [InlineData("marker=x", 96, HttpStatusCode.BadRequest, "Expected UUID for marker: x")]
    [InlineData("marker=99999999-9999-4999-8999-999999999999", 96, HttpStatusCode.NotFound, "Node 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("sort_key=extra", 96, HttpStatusCode.BadRequest, "The sort_key value \"extra\" is an invalid field for sorting")]
    [InlineData("sort_key=shard", 81, HttpStatusCode.NotAcceptable, "Request not acceptable.")]
    [InlineData("sort_dir=up", 96, HttpStatusCode.BadRequest, "Invalid sort direction: up. Acceptable values are 'asc' or 'desc'")]
    [InlineData("provision_state=enroll", 8, HttpStatusCode.NotAcceptable, "Request not acceptable.")]
    [InlineData("owner=me", 49, HttpStatusCode.NotAcceptable, "Request not acceptable.")]
    [InlineData("shard=a", 81, HttpStatusCode.NotAcceptable, "Request not acceptable.")]
    public async Task List_IsRefused_InTheWordsOfIronic(string query, int version, HttpStatusCode status, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();

        (await rig.GetAsync("/v1/nodes?" + query, version)).ShouldRefuse(status, fault);
    }

    [Theory]
    [InlineData("/V1/nodes/nobody")]
    [InlineData("/v1/NODES/nobody")]
    public async Task Refusal_IsInTheFormOfIronic_InWhateverCaseThePathIs(string path)
    {
        await using var rig = await BaremetalRig.StartAsync();

        (await rig.GetAsync(path)).ShouldRefuse(HttpStatusCode.NotFound, "Node nobody could not be found.");
    }

    [Theory]
    [InlineData("", "a b c d")]
    [InlineData("associated=true", "b")]
    [InlineData("associated=False", "a c d")]
    [InlineData("maintenance=True", "c")]
    [InlineData("maintenance=0", "a b d")]
    [InlineData("retired=true", "b")]
    [InlineData("provision_state=active", "b")]
    [InlineData("provision_state=available", "a c d")]
    [InlineData("driver=manual-management", "d")]
    [InlineData("resource_class=large", "a")]
    [InlineData("fault=power failure", "c")]
    [InlineData("conductor_group=rack1", "a")]
    [InlineData("conductor=nosuch", "")]
    [InlineData("owner=me", "a b")]
    [InlineData("lessee=you", "c")]
    [InlineData("project=you", "c d")]
    [InlineData("description_contains=rAck", "d")]
    [InlineData("shard=s1,s2", "a b")]
    [InlineData("shard=s1&shard=s2", "a b")]
    [InlineData("sharded=false", "c d")]
    [InlineData("instance_uuid=77777777-7777-4777-8777-777777777777", "b")]
    [InlineData("instance_uuid=77777777-7777-4777-8777-777777777778", "")]
    [InlineData("chassis_uuid=55555555-5555-4555-8555-555555555555", "d")]
    [InlineData("include_children=true", "a b c d child")]
    [InlineData("parent_node=11111111-1111-4111-8111-111111111111", "child")]
    [InlineData("owner=me&maintenance=false&associated=false", "a")]
    public async Task List_HasThoseThatAreAskedFor(string query, string names)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var parent = Guid.Parse("11111111-1111-4111-8111-111111111111");
        await rig.PostAsync("/v1/chassis", """{"uuid": "55555555-5555-4555-8555-555555555555"}""");
        await rig.AddInAsync(ProvisionState.Available, "a", n => n with { Uuid = parent, ResourceClass = "large", ConductorGroup = "rack1", Owner = "me", Shard = "s1" });
        await rig.AddInAsync(ProvisionState.Active, "b", n => n with { InstanceUuid = Guid.Parse("77777777-7777-4777-8777-777777777777"), Retired = true, Owner = "me", Shard = "s2" });
        await rig.AddInAsync(ProvisionState.Available, "c", n => n with { Maintenance = true, Fault = "power failure", Lessee = "you" });
        await rig.AddInAsync(ProvisionState.Available, "d", n => n with { Driver = "manual-management", Owner = "you", Description = "in Rack 4", ChassisUuid = Guid.Parse("55555555-5555-4555-8555-555555555555") });
        await rig.AddInAsync(ProvisionState.Enroll, "child", n => n with { ParentNode = parent });

        Names(await rig.GetAsync("/v1/nodes?" + query)).ShouldBe(names);
        Names(await rig.GetAsync("/v1/nodes/detail?" + query)).ShouldBe(names);
    }

    [Fact]
    public async Task List_OfThisConductor_HasAllNodes()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("a");

        Names(await rig.GetAsync("/v1/nodes?conductor=" + Environment.MachineName)).ShouldBe("a");
    }

    [Theory]
    [InlineData("limit=2", "e b|d a|c")]
    [InlineData("limit=2&sort_dir=desc", "c a|d b|e")]
    [InlineData("limit=2&sort_key=name", "a b|c d|e")]
    [InlineData("limit=2&sort_key=name&sort_dir=desc", "e d|c b|a")]
    [InlineData("limit=2&sort_key=resource_class", "b a|e d|c")]
    [InlineData("limit=2&maintenance=false", "e d|c")]
    [InlineData("limit=2&sort_dir=desc&maintenance=false", "c d|e")]
    [InlineData("limit=3&detail=true", "e b d|a c")]
    [InlineData("limit=5", "e b d a c")]
    [InlineData("", "e b d a c")]
    public async Task Pages_LeadFromOneToTheNext(string query, string expected)
    {
        await using var rig = await BaremetalRig.StartAsync();
        foreach (var name in (string[])["e", "b", "d", "a", "c"])
            await rig.AddInAsync(ProvisionState.Enroll, name, n => n with { Maintenance = name is "a" or "b", ResourceClass = name is "a" or "b" ? null : "large" });

        List<string> pages = [];
        for (var next = "/v1/nodes?" + query; next is not null;)
        {
            var page = await rig.GetAsync(next);
            pages.Add(Names(page));
            next = page.Json.TryGetProperty("next", out var link) ? link.GetString() : null;
        }

        string.Join('|', pages).ShouldBe(expected);
    }

    [Fact]
    public async Task Next_IsAsIronicWritesIt()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("a");
        var second = await rig.AddAsync("b");
        await rig.AddAsync("c");

        (await rig.GetAsync("/v1/nodes/?limit=2&fields=uuid"))["next"].GetString().ShouldBe($"{rig.Root}/v1/nodes?sort_key=id&sort_dir=asc&fields=uuid&limit=2&marker={second}");
        (await rig.GetAsync("/v1/nodes/detail?limit=2"))["next"].GetString().ShouldBe($"{rig.Root}/v1/nodes/detail?sort_key=id&sort_dir=asc&limit=2&marker={second}");
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(100, false)]
    public async Task List_TellsItsLength_UnlessItIsLong(int count, bool isTold)
    {
        await using var rig = await BaremetalRig.StartAsync();
        for (var i = 0; i < count; i++) await rig.AddInAsync(ProvisionState.Enroll, $"node-{i}", n => n with { Description = new string('x', 1000) });
        using var http = new HttpClient { BaseAddress = rig.Server.Root };

        using var answer = await http.GetAsync("/v1/nodes/detail", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentLength.HasValue.ShouldBe(isTold);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        JsonElement.Parse(text).GetProperty("nodes").GetArrayLength().ShouldBe(count);
    }

    private static string Names(BaremetalReply reply)
    {
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        return string.Join(' ', reply["nodes"].EnumerateArray().Select(n => n.GetProperty("name").GetString()));
    }
}
