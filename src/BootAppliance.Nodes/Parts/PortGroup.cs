using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>Network interfaces of a node that work as one.</summary>
public sealed record PortGroup : INodePart
{
    /// <summary>The group's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>Its name, if it has one; no other group has it.</summary>
    public string? Name { get; init; }

    /// <summary>The hardware address of the whole, if it has one; no other group has it.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>How they work together, as in <c>active-backup</c>.</summary>
    public string Mode { get; init; } = "active-backup";

    /// <summary>What the mode needs, as in <c>miimon</c>.</summary>
    public JsonFields Properties { get; init; } = JsonFields.Empty;

    /// <summary>Whether the members may be used one by one.</summary>
    public bool StandalonePortsSupported { get; init; } = true;

    /// <summary>What the appliance itself keeps about the group; clients only read it.</summary>
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
    public IEnumerable<PartName> Names
    {
        get
        {
            if (Name is not null) yield return Named(Name);
            if (Address is { } address) yield return new("portgroup with MAC address", address.ToString());
        }
    }

    /// <summary>How a port group with a name is known.</summary>
    public static PartName Named(string name) => new("portgroup with name", name);
}
