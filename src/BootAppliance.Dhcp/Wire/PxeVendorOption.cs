namespace BootAppliance.Dhcp.Wire;

/// <summary>The sub-options of option 43 when the vendor class is <c>PXEClient</c> (PXE specification 2.1, table 2-1).</summary>
public enum PxeVendorOption : byte
{
    /// <summary>PXE_DISCOVERY_CONTROL, one byte of bits; 8 means: no discovery, load the file that this packet names.</summary>
    DiscoveryControl = 6,

    /// <summary>PXE_BOOT_SERVERS.</summary>
    BootServers = 8,

    /// <summary>PXE_BOOT_MENU.</summary>
    BootMenu = 9,

    /// <summary>PXE_MENU_PROMPT.</summary>
    MenuPrompt = 10,

    /// <summary>PXE_BOOT_ITEM.</summary>
    BootItem = 71,

    /// <summary>Ends the sub-options.</summary>
    End = 255,
}
