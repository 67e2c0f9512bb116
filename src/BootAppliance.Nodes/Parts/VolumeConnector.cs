using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>One way in which a node reaches remote volumes, as an iSCSI initiator name or a Fibre Channel WWPN.</summary>
public sealed record VolumeConnector : INodePart
{
    /// <summary>The connector's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>What <see cref="ConnectorId"/> is: <c>iqn</c>, <c>ip</c>, <c>mac</c>, <c>wwnn</c>, <c>wwpn</c> and others.</summary>
    public required string Type { get; init; }

    /// <summary>The name or address; of one type, no other connector has it.</summary>
    public required string ConnectorId { get; init; }

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
    public IEnumerable<PartName> Names => [new($"volume connector with type {Type} and connector ID", ConnectorId)];
}
