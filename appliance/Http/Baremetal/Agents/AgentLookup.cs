using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary><c>GET /v1/lookup</c>: the agent asks which node its machine is, and is given the secret that it will show with everything it reports.</summary>
internal sealed class AgentLookup(NodeRegistry nodes, AgentOrigin origin, BootTimeline timeline)
{
    private const int TokenBytes = 32;
    private const int TokenSince = 62;
    private const string Mask = "******";

    /// <summary>How long the appliance waits between two heartbeats, in seconds; the agent sends one after a third to two thirds of it.</summary>
    private const int HeartbeatTimeout = 300;

    public async Task<ApiAnswer> AnswerAsync(ApiCall call)
    {
        call.Takes("addresses", "node_uuid");
        if (!origin.Admits(call.Context)) throw BaremetalException.NotFound();
        var macs = (call.Query("addresses") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => MacAddress.TryParse(text, out var mac) ? mac : (MacAddress?)null).OfType<MacAddress>().ToList();
        var uuid = call.Query("node_uuid") is not { Length: > 0 } text ? (Guid?)null
            : Guid.TryParse(text, out var parsed) ? parsed : throw BaremetalException.Bad($"Expected UUID for node_uuid: {text}");
        if (macs.Count == 0 && uuid is null) throw BaremetalException.Bad("At least one of 'addresses' and 'node_uuid' parameters is required");

        var node = uuid is { } identity ? nodes.FindByUuid(identity) : Only(macs);
        if (node is null || Refusal(call, node) is not null) throw Refused(call, node);
        if (!call.Version.Has(TokenSince)) return Answer(call, node, null);

        using var held = await nodes.HoldAsync(node.Uuid, cancellation: call.Cancellation);
        if (Refusal(call, held.Node) is not null) throw Refused(call, held.Node);
        if (held.Node.Secret() is not null)
        {
            timeline.AgentRefused(AgentOrigin.Of(call.Context), held.Node, "the agent looked its node up again: its token was given out already and is not given out twice, so only a restart of the machine helps an agent that has none");
            return Answer(call, held.Node, Mask);
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var found = await held.UpdateAsync(
            n => n with { DriverInternalInfo = n.DriverInternalInfo.With(AgentToken.SecretKey, (JsonNode)token) },
            $"the agent{AgentOrigin.Words(call.Context)} looked its node up", MachineEventKind.AgentLookup);
        return Answer(call, found, token);
    }

    /// <summary>The node that all of the addresses which are known lead to.</summary>
    private Node? Only(IEnumerable<MacAddress> macs) => macs.Select(nodes.FindByMac).OfType<Node>().DistinctBy(node => node.Uuid).ToList() is [var node] ? node : null;

    private string? Refusal(ApiCall call, Node node)
    {
        if (!node.ProvisionState.Has(ProvisionTraits.LookupAllowed)) return $"an agent looked the node up, which is not expected in state '{node.ProvisionState.ToApiString()}'";
        return origin.Impostor(call.Context, node) is { } other ? $"the machine of node {other.Label} looked this node up as if it were its own" : null;
    }

    /// <summary>As in Ironic, the agent cannot tell a node that does not exist from one that expects no agent.</summary>
    private BaremetalException Refused(ApiCall call, Node? node)
    {
        if (node is not null) timeline.AgentRefused(AgentOrigin.Of(call.Context), node, Refusal(call, node)!);
        return BaremetalException.NotFound();
    }

    private static ApiAnswer Answer(ApiCall call, Node node, string? token) => ApiAnswer.Ok(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("node");
        writer.WriteString("uuid", node.Uuid);
        writer.WritePropertyName("properties");
        node.Properties.ToElement().WriteTo(writer);
        writer.WritePropertyName("instance_info");
        NodeSecrets.Write(writer, node.InstanceInfo, NodeSecrets.IsSecretOfInstance);
        writer.WritePropertyName("driver_internal_info");
        NodeSecrets.Write(writer, node.DriverInternalInfo, NodeSecrets.IsSecret);
        writer.WritePropertyName("links");
        Links.Write(writer, call, $"nodes/{node.Uuid}");
        writer.WriteEndObject();
        writer.WriteStartObject("config");
        WriteConfig(writer, token);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>What the agent is to do, field by field as Ironic says it: it collects no metrics, and looks into images before it writes them.</summary>
    private static void WriteConfig(Utf8JsonWriter writer, string? token)
    {
        writer.WriteStartObject("metrics");
        writer.WriteString("backend", "noop");
        writer.WriteBoolean("prepend_host", false);
        writer.WriteBoolean("prepend_uuid", false);
        writer.WriteBoolean("prepend_host_reverse", true);
        writer.WriteNull("global_prefix");
        writer.WriteEndObject();
        writer.WriteStartObject("metrics_statsd");
        writer.WriteString("statsd_host", "localhost");
        writer.WriteNumber("statsd_port", 8125);
        writer.WriteEndObject();
        writer.WriteNumber("heartbeat_timeout", HeartbeatTimeout);
        writer.WriteString("agent_token", token);
        writer.WriteBoolean("agent_token_required", true);
        writer.WriteBoolean("disable_deep_image_inspection", false);
        writer.WriteStartArray("permitted_image_formats");
        foreach (var format in (string[])["raw", "qcow2", "iso"]) writer.WriteStringValue(format);
        writer.WriteEndArray();
        writer.WriteBoolean("enable_bios_bootloader_install", true);
    }
}
