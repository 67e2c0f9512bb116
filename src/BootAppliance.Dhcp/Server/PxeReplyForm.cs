namespace BootAppliance.Dhcp.Server;

/// <summary>
/// In which form PXE firmware is told its boot file. No single form works everywhere, so each node may have its own; HTTP boot and iPXE
/// have one form each and are not asked.
/// </summary>
public enum PxeReplyForm
{
    /// <summary>The form that this kind of firmware takes as a rule.</summary>
    Automatic,

    /// <summary>
    /// Vendor class <c>PXEClient</c> (option 60) and discovery control 8 (option 43, PXE specification 2.1 table 2-1): load the file that
    /// this packet names.
    /// </summary>
    DiscoveryControl,

    /// <summary>Vendor class <c>PXEClient</c> without option 43: the firmware asks port 4011 and is told there.</summary>
    VendorClass,

    /// <summary>Neither: the boot file of a plain DHCP offer.</summary>
    Plain,
}
