using System.Collections.Frozen;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Loaders;

/// <summary>Which loader each kind of firmware gets when the operator says nothing else.</summary>
public static class LoaderTable
{
    private const string Bios = "undionly.kpxe";
    private const string X64 = "ipxe.efi";
    private const string X64Simple = "snponly.efi";
    private const string Arm64 = "ipxe-arm64.efi";
    private const string X64Shim = "shimx64.efi";
    private const string Arm64Shim = "shimaa64.efi";

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

    private static readonly FrozenDictionary<string, string> shims = new Dictionary<string, string> { [X64] = X64Shim, [Arm64] = Arm64Shim }.ToFrozenDictionary();

    private static readonly FrozenSet<string> secondStages = FrozenSet.ToFrozenSet(["grubx64.efi", "grubaa64.efi"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Every architecture with its loader.</summary>
    public static IReadOnlyDictionary<ClientArchitecture, string> All => loaders;

    /// <summary>
    /// The architecture whose settings count for another one that has none of its own: firmware that says EFI byte code is x64 firmware
    /// built from the table of RFC 4578, and the operator cannot know which of the two numbers a machine sends.
    /// </summary>
    public static ClientArchitecture SettingsOf(ClientArchitecture architecture) => architecture switch
    {
        ClientArchitecture.EfiByteCode => ClientArchitecture.X64Uefi,
        ClientArchitecture.EfiByteCodeHttp => ClientArchitecture.X64UefiHttp,
        _ => architecture,
    };

    /// <summary>Whether shim loads a file of this name after itself, from the folder that it came from.</summary>
    public static bool IsSecondStage(string? path) => secondStages.Contains(Path.GetFileName(path) ?? "");

    /// <summary>The signed loader for firmware with Secure Boot on; null where there is none.</summary>
    public static string? ForSecureBoot(ClientArchitecture architecture) => loaders.TryGetValue(architecture, out var loader) ? shims.GetValueOrDefault(loader) : null;

    /// <summary>The loader that may run on a machine where this one hangs, since it drives the network card in another way; null: there is none.</summary>
    public static string? OtherOf(string? loader) => loader switch
    {
        X64 => X64Simple,
        X64Simple => X64,
        _ => null,
    };

    /// <summary>Whether a loader ends in GRUB, which asks for its own kind of configuration, and not in iPXE.</summary>
    public static bool LeadsToGrub(string loader) => shims.Values.Contains(Path.GetFileName(loader)) || IsSecondStage(loader);
}
