using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>What somebody says together with a verb.</summary>
public sealed record VerbOptions
{
    /// <summary>The steps of <c>clean</c> and <c>service</c>, and those that go with <c>active</c> and <c>rebuild</c>; each with <c>interface</c>, <c>step</c> and <c>args</c>.</summary>
    public ImmutableArray<JsonFields> Steps { get; init; } = [];

    /// <summary>What the instance finds on its config drive: a base64 text, or an object; null: nothing is said of it.</summary>
    public JsonNode? ConfigDrive { get; init; }

    /// <summary>The password of the rescue system.</summary>
    public string? RescuePassword { get; init; }

    /// <summary>Whether the steps run without the machine booting the agent.</summary>
    public bool DisableRamdisk { get; init; }
}

/// <summary>A verb that was accepted.</summary>
/// <param name="Node">The node in its first state under way, which is durable.</param>
/// <param name="Completion">Ends when the node rests or waits for its machine.</param>
public sealed record ProvisionRun(Node Node, Task<Node> Completion);
