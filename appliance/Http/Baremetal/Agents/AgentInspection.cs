using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary><c>POST /v1/continue_inspection</c>: the agent hands in what it found on the machine of a node that waits for that.</summary>
internal sealed class AgentInspection(NodeRegistry nodes, Provisioner provisioner, IInventoryStore inventories, AgentOrigin origin, BootTimeline timeline, TimeProvider time)
{
    // The inventory and the node are two writes; the report that comes first makes both.
    private readonly ConcurrentDictionary<Guid, bool> arriving = new();

    public async Task<ApiAnswer> AnswerAsync(ApiCall call)
    {
        call.Takes("node_uuid");
        if (!origin.Admits(call.Context)) throw BaremetalException.NotFound();
        var uuid = call.Query("node_uuid") is not { Length: > 0 } text ? (Guid?)null
            : Guid.TryParse(text, out var parsed) ? parsed : throw BaremetalException.Bad($"Expected UUID for node_uuid: {text}");
        var body = await call.ObjectAsync();
        if (!InspectionReport.TryRead(body, out var report)) throw BaremetalException.Bad("Invalid inspection data: it has no inventory.");
        if (report.Macs.IsEmpty && report.BmcAddresses.IsEmpty && uuid is null)
            throw BaremetalException.Bad("Invalid inspection data: the inventory has neither the MAC address of an interface nor the address of a BMC.");

        var node = InspectionTarget.Find(nodes, report, uuid) ?? throw BaremetalException.NotFound();
        if (origin.Impostor(call.Context, node) is { } other)
        {
            timeline.AgentRefused(AgentOrigin.Of(call.Context), node, $"the machine of node {other.Label} sent an inspection of this node");
            throw BaremetalException.NotFound();
        }

        if (!arriving.TryAdd(node.Uuid, true)) throw BaremetalException.Conflict($"Node {node.Uuid} is locked by host {Environment.MachineName}, please retry after the current operation is completed.");
        try
        {
            await TakeAsync(call, node.Uuid, report, body);
        }
        finally
        {
            arriving.TryRemove(node.Uuid, out _);
        }

        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("uuid", node.Uuid);
            writer.WriteEndObject();
        }) with
        { Status = StatusCodes.Status202Accepted };
    }

    private async Task TakeAsync(ApiCall call, Guid uuid, InspectionReport report, JsonElement body)
    {
        // Somebody may have aborted the inspection, or another report have ended it, since the node was found.
        if (nodes.FindByUuid(uuid) is not { ProvisionState: ProvisionState.InspectWait } node) throw BaremetalException.NotFound();
        timeline.InspectionReported(AgentOrigin.Of(call.Context), node, report);
        try
        {
            if (report.Error is { } error)
            {
                await provisioner.ContinueAsync(uuid, ProvisionEvent.Fail, n => n.WithoutAgentToken() with { LastError = $"Inspection failed: the agent reported: {error}" }, call.Cancellation);
                return;
            }

            // Before the node: cut off between them, the node waits as before, and the agent's next report makes both anew.
            await inventories.SaveInventoryAsync(uuid, Kept(body));
            await provisioner.ContinueAsync(uuid, ProvisionEvent.Done,
                n => n.WithoutAgentToken().With(report) with { InspectionFinishedAt = time.GetUtcNow(), LastError = null }, call.Cancellation);
        }
        catch (NodeException late) when (late.Kind is NodeFailure.InvalidState or NodeFailure.NotFound)
        {
            throw BaremetalException.NotFound();
        }
    }

    /// <summary>As in Ironic: the inventory, and beside it everything else that came, without the logs of the agent.</summary>
    private static string Kept(JsonElement body)
    {
        var data = JsonObject.Create(body)!;
        var inventory = data["inventory"];
        data.Remove("inventory");
        data.Remove("logs");
        return new JsonObject { ["inventory"] = inventory, ["plugin_data"] = data }.ToJsonString();
    }
}
