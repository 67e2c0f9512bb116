using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>One network interface of a node, known by its MAC address.</summary>
public sealed record Port : INodePart
{
    /// <summary>The port's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>Its hardware address; no other port of any node has it.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>Its name, if it has one; no other port has it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the node boots from the network through it.</summary>
    public bool PxeEnabled { get; init; } = true;

    /// <summary>The port group that it belongs to.</summary>
    public Guid? PortGroupUuid { get; init; }

    /// <summary>The switch and its port at the other end: <c>switch_id</c>, <c>port_id</c>, <c>switch_info</c>.</summary>
    public JsonFields LocalLinkConnection { get; init; } = JsonFields.Empty;

    /// <summary>The network that it is plugged into.</summary>
    public string? PhysicalNetwork { get; init; }

    /// <summary>Whether it is a network card with a computer of its own.</summary>
    public bool IsSmartNic { get; init; }

    /// <summary>What the appliance itself keeps about the port, as the virtual interface attached to it; clients only read it.</summary>
    public JsonFields InternalInfo { get; init; } = JsonFields.Empty;

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
    public IEnumerable<PartName> Names => Name is null ? [] : [Named(Name)];

    /// <summary>How a port with a name is known.</summary>
    public static PartName Named(string name) => new("port with name", name);
}
