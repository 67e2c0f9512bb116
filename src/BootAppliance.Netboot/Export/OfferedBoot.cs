using System.Collections.Immutable;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Export;

/// <summary>What a boot program is told besides its address, the same as the appliance's own DHCP answer would say.</summary>
/// <param name="BootFile">A file name for TFTP, or a URL: <c>file</c>, option 67.</param>
/// <param name="VendorClass">Option 60, or null.</param>
/// <param name="VendorOptions">Option 43 in lower-case hexadecimal; empty: none.</param>
public sealed record OfferedBoot(string BootFile, string? VendorClass = null, string VendorOptions = "");

/// <summary>What firmware of some architectures is told.</summary>
/// <param name="Architectures">The architectures, by the numbers of option 93.</param>
/// <param name="Firmware">The same in words.</param>
/// <param name="Boot">What it is told.</param>
public sealed record FirmwareOffer(ImmutableArray<ClientArchitecture> Architectures, string Firmware, OfferedBoot Boot)
{
    /// <summary>Whether it is for a PXE ROM that names no architecture, which is a BIOS one.</summary>
    public bool IsForNameless => Architectures.Contains(ClientArchitecture.X86Bios);

    /// <summary>The offer in a few words, for a comment.</summary>
    public string Summary => $"{Firmware} ({string.Join(", ", Architectures.Select(architecture => (ushort)architecture))}): {Boot.BootFile}";
}
