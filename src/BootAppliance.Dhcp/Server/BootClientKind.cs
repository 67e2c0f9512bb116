namespace BootAppliance.Dhcp.Server;

/// <summary>Which network boot program asks; the form of the answer follows from it.</summary>
public enum BootClientKind
{
    /// <summary>None: an operating system or anything else that only wants an address.</summary>
    None,

    /// <summary>A PXE ROM on BIOS.</summary>
    BiosPxe,

    /// <summary>PXE of UEFI firmware.</summary>
    UefiPxe,

    /// <summary>HTTP boot of UEFI (or BIOS) firmware.</summary>
    HttpBoot,

    /// <summary>iPXE, in a ROM or loaded by us.</summary>
    Ipxe,
}
