using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>Why a node boots from the network.</summary>
public enum BootPurpose
{
    /// <summary>The ramdisk that writes an instance onto the disk.</summary>
    Deploy,

    /// <summary>The ramdisk that cleans the machine.</summary>
    Clean,

    /// <summary>The ramdisk that looks at the machine.</summary>
    Inspect,

    /// <summary>The ramdisk that a person repairs the machine with.</summary>
    Rescue,

    /// <summary>The ramdisk that services a machine in use.</summary>
    Service,

    /// <summary>The instance itself, which lives on the network.</summary>
    Instance,
}

/// <summary>Why a node cannot boot.</summary>
/// <param name="Text">One sentence that says what is wrong, and what to do.</param>
/// <param name="Missing">The fields that the node would need and does not have; empty where something else is wrong.</param>
public sealed record BootProblem(string Text, ImmutableArray<string> Missing);

/// <summary>Judges what nodes can boot: the one that makes their scripts, so that no node is taken into a state in which it would get none.</summary>
public interface IBootJudge
{
    /// <summary>Why a node cannot boot for a purpose; null: it can.</summary>
    BootProblem? FindProblem(Node node, BootPurpose purpose);
}
