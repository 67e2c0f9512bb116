using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>One network interface of a node, known by its MAC address.</summary>
public sealed record Port
{
    /// <summary>The port's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>Its hardware address; no other port of any node has it.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>Whether the node boots from the network through it.</summary>
    public bool PxeEnabled { get; init; } = true;

    /// <summary>The operator's own notes.</summary>
    public JsonFields Extra { get; init; } = JsonFields.Empty;

    /// <summary>When it was added; set by the registry.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed; null when it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Fields that a newer version of this program stored; they are kept as they are.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; init; }
}
