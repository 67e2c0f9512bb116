namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// The sub-options of option 175, a number space of its own: what an iPXE can do, and what it is told (iPXE <c>dhcp.h</c>).
/// </summary>
public enum IpxeOption : byte
{
    /// <summary>Priority of an offer.</summary>
    Priority = 1,

    /// <summary>Keep the SAN drive after a failed boot.</summary>
    KeepSan = 8,

    /// <summary>Do not boot from the SAN drive.</summary>
    SkipSanBoot = 9,

    /// <summary>Feature: PXE API extensions.</summary>
    PxeExtensions = 16,

    /// <summary>Feature: iSCSI.</summary>
    Iscsi = 17,

    /// <summary>Feature: ATA over Ethernet.</summary>
    Aoe = 18,

    /// <summary>Feature: HTTP.</summary>
    Http = 19,

    /// <summary>Feature: HTTPS.</summary>
    Https = 20,

    /// <summary>Feature: TFTP.</summary>
    Tftp = 21,

    /// <summary>Feature: FTP.</summary>
    Ftp = 22,

    /// <summary>Feature: DNS.</summary>
    Dns = 23,

    /// <summary>Feature: Linux kernels on BIOS.</summary>
    BzImage = 24,

    /// <summary>Feature: Multiboot.</summary>
    Multiboot = 25,

    /// <summary>Feature: SRP.</summary>
    Srp = 27,

    /// <summary>Feature: NBI images.</summary>
    Nbi = 32,

    /// <summary>Feature: PXE boot programs.</summary>
    PxeImage = 33,

    /// <summary>Feature: ELF images.</summary>
    Elf = 34,

    /// <summary>Feature: COMBOOT.</summary>
    ComBoot = 35,

    /// <summary>Feature: EFI images.</summary>
    Efi = 36,

    /// <summary>Feature: Fibre Channel over Ethernet.</summary>
    Fcoe = 37,

    /// <summary>Feature: VLANs.</summary>
    Vlan = 38,

    /// <summary>Feature: menus.</summary>
    Menu = 39,

    /// <summary>Feature: SDI images.</summary>
    Sdi = 40,

    /// <summary>Feature: NFS.</summary>
    Nfs = 41,

    /// <summary>To iPXE: do not wait for proxyDHCP offers.</summary>
    NoPxeDhcp = 176,

    /// <summary>From iPXE: the network device's bus type, vendor and device.</summary>
    BusId = 177,

    /// <summary>To iPXE: the SAN drive number.</summary>
    SanDrive = 189,

    /// <summary>From iPXE: its version, one byte each for major, minor and patch.</summary>
    Version = 235,
}
