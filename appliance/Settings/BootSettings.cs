using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;

namespace BootAppliance.Settings;

public sealed record BootSettings
{
    /// <summary>The operator's own catch-all script; empty: the built-in boot.ipxe.</summary>
    public string Script { get; init; } = "";

    public bool UseBootConfigApi { get; init; } = true;

    /// <summary>Whether boot scripts are given only to nodes in a state that waits for one.</summary>
    public bool RestrictBootConfig { get; init; } = true;

    /// <summary>The root of the URLs in the catch-all script, such as a plain-HTTP proxy in front of TLS; empty: this appliance.</summary>
    public string ConfigApiRootUrl { get; init; } = "";

    public string KernelAppendParams { get; init; } = "";

    /// <summary>The agent's kernel for nodes whose driver_info has none: a URL, or a path below Http:Root; empty: there is none.</summary>
    public string DeployKernel { get; init; } = "";

    public string DeployRamdisk { get; init; } = "";

    /// <summary>The kernel for rescue; empty: the agent's.</summary>
    public string RescueKernel { get; init; } = "";

    public string RescueRamdisk { get; init; } = "";

    public UnknownNodeAction UnknownNode { get; init; } = UnknownNodeAction.LocalBoot;

    /// <summary>Client architecture (option 93) → loader, where the built-in table does not fit.</summary>
    public IReadOnlyDictionary<ClientArchitecture, string> Loaders { get; init; } = new Dictionary<ClientArchitecture, string>();

    /// <summary>Loaders for the machines of one maker; the first row that fits goes before <see cref="Loaders"/>.</summary>
    public IReadOnlyList<VendorLoaderSettings> LoadersByVendor { get; init; } = [];
}

public sealed record VendorLoaderSettings
{
    /// <summary>The first three bytes of the MAC addresses.</summary>
    public required VendorPrefix Vendor { get; init; }

    public required ClientArchitecture Architecture { get; init; }

    public required string Loader { get; init; }
}
