using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>What the real Ironic refused an agent, in its own words.</summary>
public sealed class RecordedRefusalTests
{
    private static readonly JsonElement recording = AgentRig.Recording("refusals.json");

    public static TheoryData<string> Labels => [.. recording.GetProperty("exchanges").EnumerateArray().Select(exchange => exchange.GetProperty("label").GetString()!)];

    [Theory]
    [MemberData(nameof(Labels))]
    public async Task Refusal_HasTheRecordedStatusAndWords(string label)
    {
        var exchange = recording.GetProperty("exchanges").EnumerateArray().Single(e => e.GetProperty("label").GetString() == label);
        var request = exchange.GetProperty("request");
        await using var rig = await AgentRig.StartAsync();
        await rig.CleaningAsync("52:54:00:aa:00:01");
        await rig.AddAsync("52:54:00:bb:00:01");
        var node = await rig.Server.Nodes.AddAsync(new Node { Uuid = Guid.Parse("11111111-1111-4111-8111-111111111111"), ProvisionState = ProvisionState.Manageable });
        foreach (var @event in (ProvisionEvent[])[ProvisionEvent.Clean, ProvisionEvent.Wait]) await rig.Server.Nodes.ApplyAsync(node.Uuid, @event);

        var version = request.GetProperty("headers").TryGetProperty("X-OpenStack-Ironic-API-Version", out var header) ? header.GetString() : null;
        var body = request.GetProperty("body");
        var (status, answer) = await rig.AskAsync(
            new HttpMethod(request.GetProperty("method").GetString()!), request.GetProperty("path").GetString()!, version, body.ValueKind == JsonValueKind.Null ? null : body);
        ((int)status).ShouldBe(exchange.GetProperty("response").GetProperty("status").GetInt32());
        Inner(JsonElement.Parse(answer)).ShouldBe(Inner(exchange.GetProperty("response").GetProperty("body")));

        static string Inner(JsonElement body) => JsonSerializer.Serialize(JsonElement.Parse(body.GetProperty("error_message").GetString()!));
    }
}
