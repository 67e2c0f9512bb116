namespace BootAppliance.Lab.Machines;

/// <summary>What a virtual machine has in its ROM.</summary>
public enum MachineFirmware
{
    /// <summary>OVMF, UEFI for x64, with its own PXE client.</summary>
    Uefi,

    /// <summary>SeaBIOS, and an iPXE that does nothing but load <c>undionly.kpxe</c> over TFTP, as a plain PXE ROM would.</summary>
    Bios,

    /// <summary>SeaBIOS and the network card's option ROM, which is iPXE already and needs no loader.</summary>
    Rom,
}
