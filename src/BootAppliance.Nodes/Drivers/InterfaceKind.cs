namespace BootAppliance.Nodes;

/// <summary>The kinds of work on a node, each of which one interface of its driver does.</summary>
public enum InterfaceKind
{
    /// <summary>Settings of the firmware.</summary>
    Bios,

    /// <summary>Booting from the network.</summary>
    Boot,

    /// <summary>The console.</summary>
    Console,

    /// <summary>Giving an instance to the node.</summary>
    Deploy,

    /// <summary>Updates of the firmware.</summary>
    Firmware,

    /// <summary>Looking at the hardware.</summary>
    Inspect,

    /// <summary>Boot device and boot mode.</summary>
    Management,

    /// <summary>Getting ports into networks.</summary>
    Network,

    /// <summary>Switching the machine on and off.</summary>
    Power,

    /// <summary>Making volumes of disks.</summary>
    Raid,

    /// <summary>The rescue system.</summary>
    Rescue,

    /// <summary>Remote volumes.</summary>
    Storage,

    /// <summary>What else the maker's interface can do.</summary>
    Vendor,
}

/// <summary>The words for kinds of interfaces, and where a node names its own.</summary>
public static class InterfaceKinds
{
    private static readonly string[] words = [.. Enum.GetNames<InterfaceKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<InterfaceKind> All { get; } = Enum.GetValues<InterfaceKind>();

    /// <summary>The kind as the API writes it, as in <c>power</c>.</summary>
    public static string ToApiString(this InterfaceKind kind) => words[(int)kind];

    /// <summary>Reads what the API writes.</summary>
    public static bool TryParse(string? word, out InterfaceKind kind)
    {
        var index = Array.IndexOf(words, word);
        kind = (InterfaceKind)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The name of the interface that does this kind of work.</summary>
    public static string Of(this NodeInterfaces interfaces, InterfaceKind kind) => kind switch
    {
        InterfaceKind.Bios => interfaces.Bios,
        InterfaceKind.Boot => interfaces.Boot,
        InterfaceKind.Console => interfaces.Console,
        InterfaceKind.Deploy => interfaces.Deploy,
        InterfaceKind.Firmware => interfaces.Firmware,
        InterfaceKind.Inspect => interfaces.Inspect,
        InterfaceKind.Management => interfaces.Management,
        InterfaceKind.Network => interfaces.Network,
        InterfaceKind.Power => interfaces.Power,
        InterfaceKind.Raid => interfaces.Raid,
        InterfaceKind.Rescue => interfaces.Rescue,
        InterfaceKind.Storage => interfaces.Storage,
        InterfaceKind.Vendor => interfaces.Vendor,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The same interfaces with another one for one kind of work.</summary>
    public static NodeInterfaces With(this NodeInterfaces interfaces, InterfaceKind kind, string name) => kind switch
    {
        InterfaceKind.Bios => interfaces with { Bios = name },
        InterfaceKind.Boot => interfaces with { Boot = name },
        InterfaceKind.Console => interfaces with { Console = name },
        InterfaceKind.Deploy => interfaces with { Deploy = name },
        InterfaceKind.Firmware => interfaces with { Firmware = name },
        InterfaceKind.Inspect => interfaces with { Inspect = name },
        InterfaceKind.Management => interfaces with { Management = name },
        InterfaceKind.Network => interfaces with { Network = name },
        InterfaceKind.Power => interfaces with { Power = name },
        InterfaceKind.Raid => interfaces with { Raid = name },
        InterfaceKind.Rescue => interfaces with { Rescue = name },
        InterfaceKind.Storage => interfaces with { Storage = name },
        InterfaceKind.Vendor => interfaces with { Vendor = name },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
