using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>The JSON form of nodes and events, with Ironic's field names.</summary>
public static class NodeJson
{
    // By reflection, not by the source generator: that one sets every init property that the JSON lacks to null, where the default belongs.
    private static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new MacAddressConverter(), new ProvisionStateConverter(), new IPAddressConverter() },
    };

    /// <summary>Writes a node as JSON.</summary>
    public static string Write(Node node) => JsonSerializer.Serialize(node, options);

    /// <summary>Reads a node; throws <see cref="JsonException"/>, which names the field, when it cannot be one.</summary>
    public static Node ReadNode([StringSyntax(StringSyntaxAttribute.Json)] string json) => Read<Node>(json);

    /// <summary>Writes an event as JSON.</summary>
    public static string Write(MachineEvent machineEvent) => JsonSerializer.Serialize(machineEvent, options);

    /// <summary>Reads an event; throws <see cref="JsonException"/>, which names the field, when it cannot be one.</summary>
    public static MachineEvent ReadEvent([StringSyntax(StringSyntaxAttribute.Json)] string json) => Read<MachineEvent>(json);

    /// <summary>Writes a discovered machine as JSON.</summary>
    public static string Write(DiscoveredMachine machine) => JsonSerializer.Serialize(machine, options);

    /// <summary>Reads a discovered machine; throws <see cref="JsonException"/>, which names the field, when it cannot be one.</summary>
    public static DiscoveredMachine ReadDiscoveredMachine([StringSyntax(StringSyntaxAttribute.Json)] string json) => Read<DiscoveredMachine>(json);

    /// <summary>Writes a resource as JSON.</summary>
    public static string Write<T>(T resource)
        where T : Resource => JsonSerializer.Serialize(resource, options);

    /// <summary>Reads a resource; throws <see cref="JsonException"/>, which names the field, when it cannot be one.</summary>
    public static T ReadResource<T>([StringSyntax(StringSyntaxAttribute.Json)] string json)
        where T : Resource => Read<T>(json);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, options) ?? throw new JsonException("The JSON is null.");
}
