namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// What kind of firmware asks: option 93 (RFC 4578 section 2.1, numbers of the IANA registry "Processor Architecture Types").
/// </summary>
public enum ClientArchitecture : ushort
{
    /// <summary>x86 BIOS.</summary>
    X86Bios = 0,

    /// <summary>32-bit x86 UEFI.</summary>
    X86Uefi = 6,

    // 7 and 9 must both be answered as x86-64 UEFI: RFC 4578 printed "EFI BC" at 7 and "EFI x86-64" at 9, the registry (after the erratum)
    // has them the other way round, and firmware in the field was built from either.

    /// <summary>x86-64 UEFI by the registry; some firmware sends 9 instead.</summary>
    X64Uefi = 7,

    /// <summary>EFI byte code by the registry; in practice x86-64 UEFI that was built from the table of RFC 4578.</summary>
    EfiByteCode = 9,

    /// <summary>32-bit ARM UEFI.</summary>
    Arm32Uefi = 10,

    /// <summary>64-bit ARM UEFI.</summary>
    Arm64Uefi = 11,

    /// <summary>32-bit x86 UEFI booting over HTTP.</summary>
    X86UefiHttp = 15,

    /// <summary>x86-64 UEFI booting over HTTP.</summary>
    X64UefiHttp = 16,

    /// <summary>EFI byte code booting over HTTP.</summary>
    EfiByteCodeHttp = 17,

    /// <summary>32-bit ARM UEFI booting over HTTP.</summary>
    Arm32UefiHttp = 18,

    /// <summary>64-bit ARM UEFI booting over HTTP.</summary>
    Arm64UefiHttp = 19,

    /// <summary>x86 BIOS booting over HTTP.</summary>
    X86BiosHttp = 20,

    /// <summary>32-bit RISC-V UEFI.</summary>
    RiscV32Uefi = 25,

    /// <summary>64-bit RISC-V UEFI.</summary>
    RiscV64Uefi = 27,

    /// <summary>64-bit LoongArch UEFI.</summary>
    LoongArch64Uefi = 39,

    /// <summary>Raspberry Pi boot ROM.</summary>
    RaspberryPi = 41,
}

/// <summary>What follows from an architecture alone.</summary>
public static class ClientArchitectureKinds
{
    // Registered, but without a loader here: they only need to be told from PXE.
    private const ClientArchitecture RiscV32Http = (ClientArchitecture)26;
    private const ClientArchitecture RiscV64Http = (ClientArchitecture)28;
    private const ClientArchitecture RiscV128Http = (ClientArchitecture)30;
    private const ClientArchitecture LoongArch32Http = (ClientArchitecture)38;
    private const ClientArchitecture LoongArch64Http = (ClientArchitecture)40;

    /// <summary>Whether the firmware loads by HTTP, and so wants a URL.</summary>
    public static bool IsHttpBoot(this ClientArchitecture architecture) => architecture
        is >= ClientArchitecture.X86UefiHttp and <= ClientArchitecture.X86BiosHttp
        or RiscV32Http or RiscV64Http or RiscV128Http or LoongArch32Http or LoongArch64Http;
}
