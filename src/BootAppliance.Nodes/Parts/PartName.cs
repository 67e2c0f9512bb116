namespace BootAppliance.Nodes;

/// <summary>Something that a part of a node is known by, and no other part of any node.</summary>
/// <param name="Kind">What it is and of what, as in <c>port with name</c>.</param>
/// <param name="Value">The name.</param>
public readonly record struct PartName(string Kind, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Value}";
}
