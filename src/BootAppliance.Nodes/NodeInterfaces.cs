namespace BootAppliance.Nodes;

/// <summary>Who does each part of the work on a node: one name for each kind of interface, among those that the node's driver has.</summary>
public sealed record NodeInterfaces
{
    /// <summary>How the firmware's settings are read and changed.</summary>
    public string Bios { get; init; } = "no-bios";

    /// <summary>How the node boots from the network.</summary>
    public string Boot { get; init; } = "ipxe";

    /// <summary>How somebody looks at the console.</summary>
    public string Console { get; init; } = "no-console";

    /// <summary>How an instance is given to the node; <c>ramdisk</c> boots its kernel and ramdisk from the network on every start.</summary>
    public string Deploy { get; init; } = "ramdisk";

    /// <summary>How the firmware is updated.</summary>
    public string Firmware { get; init; } = "no-firmware";

    /// <summary>How the hardware is looked at.</summary>
    public string Inspect { get; init; } = "agent";

    /// <summary>How the boot device and mode are chosen.</summary>
    public string Management { get; init; } = "noop";

    /// <summary>How the node's ports get into networks.</summary>
    public string Network { get; init; } = "noop";

    /// <summary>How the machine is switched on and off.</summary>
    public string Power { get; init; } = "noop";

    /// <summary>How disks become volumes.</summary>
    public string Raid { get; init; } = "no-raid";

    /// <summary>How the rescue system gets onto the machine.</summary>
    public string Rescue { get; init; } = "no-rescue";

    /// <summary>How remote volumes are attached.</summary>
    public string Storage { get; init; } = "noop";

    /// <summary>What else the maker's interface can do.</summary>
    public string Vendor { get; init; } = "no-vendor";
}
