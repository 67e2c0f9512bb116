namespace BootAppliance.Nodes;

/// <summary>Something that belongs to one node, is stored with it, and has an identity of its own.</summary>
public interface INodePart
{
    /// <summary>Its identity; no other part of any node has it.</summary>
    Guid Uuid { get; }

    /// <summary>What else it is known by; no other part of any node has one of these.</summary>
    IEnumerable<PartName> Names { get; }
}
