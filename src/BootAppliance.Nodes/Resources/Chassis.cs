namespace BootAppliance.Nodes;

/// <summary>A housing that nodes are in.</summary>
public sealed record Chassis : Resource
{
    /// <summary>The operator's words about it.</summary>
    public string? Description { get; init; }
}
