using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>A remote volume that a node uses.</summary>
public sealed record VolumeTarget : INodePart
{
    /// <summary>The target's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>How it is reached: <c>iscsi</c>, <c>fibre_channel</c>.</summary>
    public required string VolumeType { get; init; }

    /// <summary>The volume's identity where it lives.</summary>
    public required string VolumeId { get; init; }

    /// <summary>Its place among the node's volumes, from 0; no other volume of the node has it.</summary>
    public required int BootIndex { get; init; }

    /// <summary>What is needed to reach it: addresses, names, credentials.</summary>
    public JsonFields Properties { get; init; } = JsonFields.Empty;

    /// <summary>The operator's own notes.</summary>
    public JsonFields Extra { get; init; } = JsonFields.Empty;

    /// <summary>When it was added; set by the registry.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed; null when it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Fields that a newer version of this program stored; they are kept as they are.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public IEnumerable<PartName> Names => [];
}
