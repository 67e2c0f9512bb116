using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class LookupTests
{
    [Fact]
    public async Task Answer_HasTheRecordedShape()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.CleaningAsync();
        var recorded = AgentRig.Recording("lookup.json").GetProperty("response").GetProperty("body");
        var answer = await rig.LookupAsync();
        Shape(answer).ShouldBe(Shape(recorded));
        answer.GetProperty("config").GetProperty("heartbeat_timeout").GetInt32().ShouldBe(300);

        // The fields of the node itself are whatever it has.
        static string Shape(JsonElement element, string path = "") => element.ValueKind != JsonValueKind.Object || path is "/node/properties" or "/node/instance_info" or "/node/driver_internal_info"
            ? $"{path}: {(element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind)}\n"
            : string.Concat(element.EnumerateObject().Select(member => Shape(member.Value, $"{path}/{member.Name}")));
    }

    [Fact]
    public async Task Token_IsGivenOnce_AndNeverReadBackOrTold()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var first = await rig.LookupAsync();
        var token = first.GetProperty("config").GetProperty("agent_token").GetString()!;
        token.Length.ShouldBe(43);
        first.GetProperty("node").GetProperty("driver_internal_info").GetProperty("agent_secret_token").GetString().ShouldBe("******");
        var second = await rig.LookupAsync();
        second.GetProperty("config").GetProperty("agent_token").GetString().ShouldBe("******");
        second.GetRawText().ShouldNotContain(token);
        rig.Now(node).Secret().ShouldBe(token);
        rig.Server.Events.Query(new EventQuery()).ShouldAllBe(seen => !seen.Text.Contains(token, StringComparison.Ordinal));
        rig.Events(MachineEventKind.AgentLookup).ShouldHaveSingleItem().Text.ShouldBe("the agent at 192.0.2.100 looked its node up");
        rig.Events(MachineEventKind.AgentRefused).ShouldHaveSingleItem().Text.ShouldContain("not given out twice");
    }

    [Fact]
    public async Task Token_IsNotLost_ByAHead()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        (await rig.AskAsync(HttpMethod.Head, "/v1/lookup?addresses=" + AgentRig.Mac, "1.62")).Status.ShouldBe(HttpStatusCode.NotFound);
        rig.Now(node).Secret().ShouldBeNull();
    }

    [Fact]
    public async Task Secrets_AreMasked()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.CleaningAsync();
        var instance = (await rig.LookupAsync()).GetProperty("node").GetProperty("instance_info");
        instance.GetProperty("configdrive").GetString().ShouldBe("******");
        instance.GetProperty("image_url").GetString().ShouldBe("******");
        instance.GetProperty("kernel").GetString().ShouldBe("k");
    }

    [Fact]
    public async Task Token_IsForAgentsThatKnowIt()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        (await rig.LookupAsync(version: "1.61")).GetProperty("config").GetProperty("agent_token").ValueKind.ShouldBe(JsonValueKind.Null);
        rig.Now(node).Secret().ShouldBeNull();
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.OK, ProvisionEvent.Clean)]
    [InlineData(HttpStatusCode.OK, ProvisionEvent.Clean, ProvisionEvent.Wait)]
    [InlineData(HttpStatusCode.OK, ProvisionEvent.Inspect)]
    [InlineData(HttpStatusCode.OK, ProvisionEvent.Inspect, ProvisionEvent.Wait)]
    [InlineData(HttpStatusCode.NotFound, ProvisionEvent.Clean, ProvisionEvent.Wait, ProvisionEvent.Fail)]
    [InlineData(HttpStatusCode.NotFound, ProvisionEvent.Provide, ProvisionEvent.Done)]
    [InlineData(HttpStatusCode.OK, ProvisionEvent.Provide, ProvisionEvent.Done, ProvisionEvent.Deploy, ProvisionEvent.Wait)]
    [InlineData(HttpStatusCode.NotFound, ProvisionEvent.Provide, ProvisionEvent.Done, ProvisionEvent.Deploy, ProvisionEvent.Done)]
    public async Task Lookup_IsAllowed_WhereAnAgentIsExpected(HttpStatusCode expected, params ProvisionEvent[] events)
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.AddAsync(AgentRig.Mac, events);
        (await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=" + AgentRig.Mac, "1.62")).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task Lookup_FindsTheNode_ByUuid_AndByAnyAddress()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        (await rig.LookupAsync("zzz,52:54:00:00:00:09,52:54:00:12:34:56")).GetProperty("node").GetProperty("uuid").GetString().ShouldBe(node.Uuid.ToString());
        (await rig.AskAsync(HttpMethod.Get, $"/v1/lookup?node_uuid={node.Uuid}", "1.62")).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.AskAsync(HttpMethod.Get, $"/v1/lookup?node_uuid={Guid.NewGuid()}&addresses={AgentRig.Mac}", "1.62")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Refusals_AreAllTheSame()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.AddAsync("52:54:00:12:34:01");                            // no agent is expected
        await rig.CleaningAsync("52:54:00:12:34:02");
        await rig.CleaningAsync("52:54:00:12:34:03");
        await rig.CleaningAsync();                                          // who asks: its machine has the lease of that address
        HashSet<(HttpStatusCode, string)> answers =
        [
            await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=52:54:00:ff:ff:ff", "1.62"),
            await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=52:54:00:12:34:01", "1.62"),
            await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=52:54:00:12:34:02,52:54:00:12:34:03", "1.62"),
            await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=52:54:00:12:34:02", "1.62"),
            await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=" + AgentRig.Mac, "1.20"),
        ];
        var (status, body) = answers.ShouldHaveSingleItem();
        (status, AgentRig.Words(body)).ShouldBe((HttpStatusCode.NotFound, "Resource could not be found."));
        rig.Events(MachineEventKind.AgentRefused).Select(seen => seen.Text).ShouldContain("the machine of node n525400123456 looked this node up as if it were its own");
    }

    [Fact]
    public async Task Node_ThatSomebodyWorksOn_IsLocked()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        using var held = await rig.Server.Nodes.HoldAsync(node.Uuid, "conductor1", TestContext.Current.CancellationToken);
        var (status, body) = await rig.AskAsync(HttpMethod.Get, "/v1/lookup?addresses=" + AgentRig.Mac, "1.62");
        status.ShouldBe(HttpStatusCode.Conflict);
        AgentRig.Words(body).ShouldEndWith("is locked by host conductor1, please retry after the current operation is completed.");
    }
}
