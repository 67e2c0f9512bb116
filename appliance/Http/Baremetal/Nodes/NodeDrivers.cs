using System.Collections.Frozen;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>Which hardware types there are, and which interfaces a node of each may have; the first one is what it has unless it says otherwise.</summary>
internal static class NodeDrivers
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string[]>> all = new Dictionary<string, FrozenDictionary<string, string[]>>
    {
        ["fake-hardware"] = Interfaces(("bios", "fake no-bios"), ("boot", "ipxe http-ipxe http fake"), ("console", "fake no-console"), ("deploy", "ramdisk fake"), ("firmware", "fake no-firmware"),
            ("inspect", "fake agent no-inspect"), ("management", "fake noop"), ("network", "noop"), ("power", "fake"), ("raid", "fake no-raid"), ("rescue", "fake no-rescue"), ("storage", "noop fake"), ("vendor", "fake no-vendor")),
        ["manual-management"] = Interfaces(("bios", "no-bios"), ("boot", "ipxe http-ipxe http"), ("console", "no-console"), ("deploy", "ramdisk"), ("firmware", "no-firmware"),
            ("inspect", "agent no-inspect"), ("management", "noop"), ("network", "noop"), ("power", "noop"), ("raid", "no-raid"), ("rescue", "no-rescue"), ("storage", "noop"), ("vendor", "no-vendor")),
    }.ToFrozenDictionary();

    /// <summary>The node with the default of its driver wherever it names no interface; refused where driver or interface are none, or do not fit.</summary>
    public static Node Complete(Node node)
    {
        if (!all.TryGetValue(node.Driver, out var supported))
            throw new NodeException(NodeFailure.Invalid, $"No valid host was found. Reason: No conductor service registered which supports driver {node.Driver} for conductor group \"{node.ConductorGroup}\".");
        foreach (var kind in NodeInterfaceKind.All)
        {
            var name = kind.Of(node.Interfaces);
            if (name.Length == 0) node = node with { Interfaces = kind.With(node.Interfaces, supported[kind.Word][0]) };
            else if (!supported[kind.Word].Contains(name)) throw Unsupported(kind.Word, name, node.Driver);
        }

        return node;
    }

    private static NodeException Unsupported(string kind, string name, string driver)
    {
        var known = all.Values.SelectMany(type => type[kind]).Distinct().Order(StringComparer.Ordinal).ToList();
        return new NodeException(NodeFailure.Invalid, known.Contains(name)
            ? $"{kind} interface implementation '{name}' is not supported by hardware type {driver}."
            : $"Could not find the following interface in the 'ironic.hardware.interfaces.{kind}' entrypoint: {name}. Valid interfaces are [{string.Join(", ", known.Select(n => $"'{n}'"))}].");
    }

    private static FrozenDictionary<string, string[]> Interfaces(params ReadOnlySpan<(string Kind, string Names)> interfaces)
    {
        var byKind = new Dictionary<string, string[]>();
        foreach (var (kind, names) in interfaces) byKind.Add(kind, names.Split(' '));
        return byKind.ToFrozenDictionary();
    }
}
