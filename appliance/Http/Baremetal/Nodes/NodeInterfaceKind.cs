using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>One kind of interface, and the field in which a node names its own.</summary>
/// <param name="Word">As in <c>boot</c>.</param>
/// <param name="Since">The first minor version that has the field.</param>
/// <param name="Of">The name that a node gives.</param>
/// <param name="With">The interfaces with another name.</param>
internal sealed record NodeInterfaceKind(string Word, int Since, Func<NodeInterfaces, string> Of, Func<NodeInterfaces, string, NodeInterfaces> With)
{
    public static IReadOnlyList<NodeInterfaceKind> All { get; } =
    [
        new("bios", 40, i => i.Bios, (i, name) => i with { Bios = name }),
        new("boot", 31, i => i.Boot, (i, name) => i with { Boot = name }),
        new("console", 31, i => i.Console, (i, name) => i with { Console = name }),
        new("deploy", 31, i => i.Deploy, (i, name) => i with { Deploy = name }),
        new("firmware", 86, i => i.Firmware, (i, name) => i with { Firmware = name }),
        new("inspect", 31, i => i.Inspect, (i, name) => i with { Inspect = name }),
        new("management", 31, i => i.Management, (i, name) => i with { Management = name }),
        new("network", 20, i => i.Network, (i, name) => i with { Network = name }),
        new("power", 31, i => i.Power, (i, name) => i with { Power = name }),
        new("raid", 31, i => i.Raid, (i, name) => i with { Raid = name }),
        new("rescue", 38, i => i.Rescue, (i, name) => i with { Rescue = name }),
        new("storage", 33, i => i.Storage, (i, name) => i with { Storage = name }),
        new("vendor", 31, i => i.Vendor, (i, name) => i with { Vendor = name }),
    ];

    /// <summary>No interface named at all, so that the driver's defaults take the places.</summary>
    public static NodeInterfaces None { get; } = All.Aggregate(new NodeInterfaces(), (none, kind) => kind.With(none, ""));

    /// <summary>The name of the field.</summary>
    public string Field => Word + "_interface";
}
