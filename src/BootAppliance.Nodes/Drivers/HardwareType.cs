using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>A kind of machine, by how it is controlled: which interfaces its nodes may have.</summary>
public sealed class HardwareType
{
    private readonly FrozenDictionary<InterfaceKind, ImmutableArray<string>> interfaces;

    /// <summary>A hardware type whose nodes may have these interfaces; the first of each kind is the default.</summary>
    public HardwareType(string name, params ReadOnlySpan<(InterfaceKind Kind, ImmutableArray<string> Names)> interfaces)
    {
        Name = name;
        var byKind = new Dictionary<InterfaceKind, ImmutableArray<string>>();
        foreach (var (kind, names) in interfaces) byKind.Add(kind, names);
        this.interfaces = byKind.ToFrozenDictionary();
        Defaults = InterfaceKinds.All.Aggregate(new NodeInterfaces(), (chosen, kind) => chosen.With(kind, Allowed(kind)[0]));
    }

    /// <summary>The name by which nodes say that they are of this type.</summary>
    public string Name { get; }

    /// <summary>The interfaces of a node that names none.</summary>
    public NodeInterfaces Defaults { get; }

    /// <summary>The names of the interfaces of a kind that a node may have, the default first.</summary>
    public ImmutableArray<string> Allowed(InterfaceKind kind) => interfaces[kind];
}
