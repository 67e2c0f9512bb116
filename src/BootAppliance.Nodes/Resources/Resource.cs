using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>Something of the bare metal API that is no part of a node, and is stored by itself.</summary>
public abstract record Resource
{
    /// <summary>Its identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>Its place among its kind, counted from 1 as they are added; set by the registry.</summary>
    public long Number { get; init; }

    /// <summary>Its name, if it has one; no other of its kind has it.</summary>
    public string? Name { get; init; }

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
