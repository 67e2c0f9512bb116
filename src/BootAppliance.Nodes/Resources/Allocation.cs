using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>Where the search for a node stands.</summary>
public enum AllocationState
{
    /// <summary><c>allocating</c></summary>
    Allocating,

    /// <summary><c>active</c></summary>
    Active,

    /// <summary><c>error</c></summary>
    Error,
}

/// <summary>A request for any node that fits, and the node that was found for it.</summary>
public sealed record Allocation : Resource
{
    /// <summary>What the node must be offered as.</summary>
    public string? ResourceClass { get; init; }

    /// <summary>What the node must be able to do.</summary>
    public ImmutableArray<string> Traits { get; init; } = [];

    /// <summary>The nodes to choose from; empty: all.</summary>
    public ImmutableArray<Guid> CandidateNodes { get; init; } = [];

    /// <summary>Whose allocation it is.</summary>
    public string? Owner { get; init; }

    /// <summary>The node that was found.</summary>
    public Guid? NodeUuid { get; init; }

    /// <summary>Where the search stands.</summary>
    public AllocationState State { get; init; } = AllocationState.Allocating;

    /// <summary>Why no node was found.</summary>
    public string? LastError { get; init; }
}
