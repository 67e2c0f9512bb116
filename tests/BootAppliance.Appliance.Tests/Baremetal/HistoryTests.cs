using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class HistoryTests
{
    [Fact]
    public async Task History_TellsWhatWentWrong_AndNothingElse()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await FailedAsync(rig, "the BMC said: no");

        var history = (await rig.GetAsync("/v1/nodes/bm-01/history", 78))["history"].EnumerateArray().ToList();

        history.Select(e => $"{e.GetProperty("severity")} {e.GetProperty("event")}").ShouldBe(["ERROR first", "ERROR the BMC said: no"]);
        var last = history[1];
        last.EnumerateObject().Select(m => m.Name).ShouldBe(["uuid", "created_at", "severity", "event", "links"]);
        last.GetProperty("created_at").GetString().ShouldBe("2030-01-01T00:00:00+00:00");
        last.GetProperty("links").GetRawText().ShouldBe($$"""[{"href":"{{rig.Root}}/v1/nodes/{{node.Uuid}}/history/{{last.GetProperty("uuid")}}","rel":"self"}]""");
    }

    [Fact]
    public async Task Entry_IsShownInDetail()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var reason = new string('x', 300);
        await FailedAsync(rig, reason);
        var listed = (await rig.GetAsync("/v1/nodes/bm-01/history"))["history"][1];
        listed.GetProperty("event").GetString().ShouldBe(new string('x', 251) + "...");

        var shown = await rig.GetAsync("/v1/nodes/bm-01/history/" + listed.GetProperty("uuid"));

        shown["uuid"].GetString().ShouldBe(listed.GetProperty("uuid").GetString());
        (shown["severity"].GetString(), shown["event_type"].GetString(), shown["event"].GetString(), shown["conductor"].GetString(), shown["user"].ValueKind).ShouldBe(
            ("ERROR", "cleaning", reason, Environment.MachineName, JsonValueKind.Null));
        (await rig.GetAsync("/v1/nodes/bm-01/history?detail=true"))["history"][1].GetRawText().ShouldBe(shown.Text);
    }

    [Fact]
    public async Task History_ComesInPages()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await FailedAsync(rig, "no");

        var first = await rig.GetAsync("/v1/nodes/bm-01/history?limit=1");
        var second = await rig.GetAsync(first["next"].GetString()!);

        (first["history"].GetArrayLength(), first["history"][0].GetProperty("event").GetString()).ShouldBe((1, "first"));
        (second["history"].GetArrayLength(), second["history"][0].GetProperty("event").GetString()).ShouldBe((1, "no"));
        second.Json.TryGetProperty("next", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/v1/nodes/bm-01/history/99999999-9999-4999-8999-999999999999", 96)]
    [InlineData("/v1/nodes/bm-01/history/x", 96)]
    [InlineData("/v1/nodes/bm-01/history?marker=99999999-9999-4999-8999-999999999999", 96)]
    [InlineData("/v1/nodes/bm-01/history", 77)]
    [InlineData("/v1/nodes/nonesuch/history", 96)]
    public async Task Entry_ThatIsNotThere_IsNotFound(string path, int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await FailedAsync(rig, "no");

        (await rig.GetAsync(path, version)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<Node> FailedAsync(BaremetalRig rig, string reason)
    {
        var node = await rig.AddInAsync(ProvisionState.Manageable);
        await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Clean);
        await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Fail, n => n with { LastError = "first" });
        await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Manage);
        await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Clean);
        return await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Fail, n => n with { LastError = reason });
    }
}
