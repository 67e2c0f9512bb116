using BootAppliance.Lab.Guest;

namespace BootAppliance.Lab.Machines;

/// <summary>The machines that the lab has.</summary>
public static class MachineKinds
{
    private const string Bios = GuestImages.FirmwarePrefix + "BIOS";
    private const string Uefi = GuestImages.FirmwarePrefix + "UEFI";
    private const string UbootImage = "/usr/lib/u-boot/qemu_arm64/u-boot.bin";

    // OVMF asks for random numbers before it opens a TCP connection.
    private static readonly string[] randomNumbers = ["-device", "virtio-rng-pci"];

    // OVMF tries PXE first and HTTP only when PXE over IPv4 and IPv6 have both timed out, minutes later; these switch its PXE off.
    private static readonly string[] withoutPxe =
        ["-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=n", "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n"];

    // Only code in system management mode may write to the flash: without that nothing is secure about Secure Boot.
    private static readonly string[] protectedFlash = ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"];

    /// <summary>SeaBIOS and the network card's option ROM, which is iPXE already and needs no loader.</summary>
    public static readonly MachineKind BiosRom = new("rom", "BIOS, iPXE in the card's ROM")
    {
        Card = "virtio-net-pci",
        Needs = [("/usr/lib/ipxe/qemu", "ipxe-qemu")],
        Evidence = [Bios],
    };

    /// <summary>SeaBIOS, and an iPXE that does nothing but load <c>undionly.kpxe</c> over TFTP, as a plain PXE ROM would.</summary>
    public static readonly MachineKind BiosPxe = new("bios", "BIOS, plain PXE")
    {
        Firmware = PlainPxe.Arguments,
        Loader = "undionly.kpxe",
        Needs = [(PlainPxe.Loader, "ipxe, which firmware/fetch fetches")],
        Evidence = [Bios],
    };

    /// <summary>UEFI for x64 with its own PXE client.</summary>
    public static readonly MachineKind UefiPxe = new("uefi", "OVMF, PXE over IPv4")
    {
        Firmware = UefiFlash.Ovmf.Arguments,
        Loader = "ipxe.efi",
        Needs = [(UefiFlash.Ovmf.Code, UefiFlash.Ovmf.Package)],
        Evidence = [Uefi],
    };

    /// <summary>UEFI for x64 that fetches its loader by HTTP.</summary>
    public static readonly MachineKind UefiHttp = new("http", "OVMF, HTTP boot over IPv4")
    {
        Firmware = folder => [.. UefiFlash.Ovmf.Arguments(folder), .. withoutPxe, .. randomNumbers],
        Loader = "ipxe.efi",
        Needs = [(UefiFlash.Ovmf.Code, UefiFlash.Ovmf.Package)],
        Evidence = [Uefi],
    };

    /// <summary>UEFI for x64 that runs only what Microsoft has signed: the distribution's shim, its GRUB, its kernel.</summary>
    public static readonly MachineKind SecureBoot = new("secure", "OVMF, Secure Boot on")
    {
        Firmware = folder => [.. UefiFlash.SecureOvmf.Arguments(folder), .. protectedFlash],
        Needs = [(UefiFlash.SecureOvmf.Code, UefiFlash.SecureOvmf.Package)],
        NodeArguments = ["--loader", "shimx64.efi"],
        Loader = "shimx64.efi",
        Evidence = ["secureboot: Secure boot enabled", Uefi],
    };

    /// <summary>UEFI for arm64 with its own PXE client.</summary>
    public static readonly MachineKind Arm64 = new("arm64", "AAVMF, PXE over IPv4")
    {
        Emulator = Emulator.ArmBoard,
        Guest = GuestArchitecture.Arm64,
        Firmware = folder => [.. UefiFlash.Aavmf.Arguments(folder), .. randomNumbers],
        Loader = "ipxe-arm64.efi",
        Needs = [(UefiFlash.Aavmf.Code, UefiFlash.Aavmf.Package)],
        Evidence = [Uefi],
    };

    /// <summary>
    /// U-Boot for arm64. It starts iPXE, which then waits for ever at its banner; GRUB runs, but reached Linux in one of three
    /// tries only, for a reason not established. So it counts as booted when GRUB has its configuration, which comes over TFTP.
    /// </summary>
    public static readonly MachineKind Uboot = new("uboot", "U-Boot for arm64, to GRUB")
    {
        Emulator = Emulator.ArmBoard,
        Guest = GuestArchitecture.Arm64,
        Firmware = folder => ["-bios", UbootImage, .. randomNumbers],
        // On the board's own bus; behind PCI this U-Boot invents its MAC address.
        Card = "virtio-net-device",
        Needs = [(UbootImage, "u-boot-qemu")],
        NodeArguments = ["--loader", "grubaa64.efi"],
        Loader = "grubaa64.efi",
        Goal = "BootAppliance: asking for the configuration of ",
        Evidence = ["Booting /grubaa64.efi"],
    };

    /// <summary>As <see cref="BiosPxe"/>, from a disc image.</summary>
    public static readonly MachineKind BiosIso = BiosPxe with { Name = "bios-iso", Summary = "BIOS, plain PXE, disc image", BootsIso = true };

    /// <summary>As <see cref="UefiPxe"/>, from a disc image.</summary>
    public static readonly MachineKind UefiIso = UefiPxe with { Name = "uefi-iso", Summary = "OVMF, PXE, disc image", BootsIso = true };

    public static readonly IReadOnlyList<MachineKind> All = [BiosRom, BiosPxe, UefiPxe, UefiHttp, SecureBoot, Arm64, Uboot, BiosIso, UefiIso];

    /// <summary>The kind with that name, or null.</summary>
    public static MachineKind? Named(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
