using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>Clean or service steps under a name, for nodes with the trait of that name.</summary>
public sealed record Runbook : Resource
{
    /// <summary>The steps, each with <c>interface</c>, <c>step</c>, <c>args</c> and <c>order</c>.</summary>
    public ImmutableArray<JsonFields> Steps { get; init; } = [];

    /// <summary>Whether the machine need not boot the agent for them.</summary>
    public bool DisableRamdisk { get; init; }

    /// <summary>Whether everybody may use it.</summary>
    public bool Public { get; init; }

    /// <summary>Whose runbook it is.</summary>
    public string? Owner { get; init; }
}
