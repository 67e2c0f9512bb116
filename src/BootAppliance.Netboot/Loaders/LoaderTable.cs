using System.Collections.Frozen;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Loaders;

/// <summary>Which iPXE each kind of firmware gets when the operator says nothing else.</summary>
public static class LoaderTable
{
    private const string Bios = "undionly.kpxe";
    private const string X64 = "ipxe.efi";
    private const string Arm64 = "ipxe-arm64.efi";

    private static readonly FrozenDictionary<ClientArchitecture, string> loaders = new Dictionary<ClientArchitecture, string>
    {
        [ClientArchitecture.X86Bios] = Bios,
        [ClientArchitecture.X86BiosHttp] = Bios,
        [ClientArchitecture.X64Uefi] = X64,
        [ClientArchitecture.EfiByteCode] = X64,
        [ClientArchitecture.X64UefiHttp] = X64,
        [ClientArchitecture.EfiByteCodeHttp] = X64,
        [ClientArchitecture.Arm64Uefi] = Arm64,
        [ClientArchitecture.Arm64UefiHttp] = Arm64,
    }.ToFrozenDictionary();

    /// <summary>Every architecture with its loader.</summary>
    public static IReadOnlyDictionary<ClientArchitecture, string> All => loaders;
}
