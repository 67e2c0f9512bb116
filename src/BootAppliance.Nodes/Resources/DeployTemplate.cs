using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>Deploy steps that run for an instance which asks for the trait of the same name.</summary>
public sealed record DeployTemplate : Resource
{
    /// <summary>The steps, each with <c>interface</c>, <c>step</c>, <c>args</c> and <c>priority</c>.</summary>
    public ImmutableArray<JsonFields> Steps { get; init; } = [];
}
