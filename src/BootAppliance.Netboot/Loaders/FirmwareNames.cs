using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>Firmware as people name it, by its processor and the way that it boots.</summary>
public static class FirmwareNames
{
    /// <summary>The client architecture (option 93) of firmware; null where there is none of that kind.</summary>
    /// <param name="processor">As in <c>cpu_arch</c>: <c>x86_64</c>, <c>i386</c>, <c>aarch64</c> or another name of one of these.</param>
    /// <param name="firmware"><c>bios</c>, <c>uefi</c> (by PXE) or <c>http</c>.</param>
    public static ClientArchitecture? Find(string processor, string firmware) => (processor.ToLowerInvariant(), firmware.ToLowerInvariant()) switch
    {
        ("x86_64" or "x64" or "amd64", "uefi") => ClientArchitecture.X64Uefi,
        ("x86_64" or "x64" or "amd64", "http") => ClientArchitecture.X64UefiHttp,
        ("x86_64" or "x64" or "amd64" or "i386" or "x86", "bios") => ClientArchitecture.X86Bios,
        ("i386" or "x86", "uefi") => ClientArchitecture.X86Uefi,
        ("aarch64" or "arm64", "uefi") => ClientArchitecture.Arm64Uefi,
        ("aarch64" or "arm64", "http") => ClientArchitecture.Arm64UefiHttp,
        _ => null,
    };

    /// <summary>The client architecture of the firmware that a node says it has; null where there is none of that kind.</summary>
    public static ClientArchitecture? Find(Node node) => Find(
        node.Properties.Text("cpu_arch") ?? "x86_64",
        node.Interfaces.Boot is "http" or "http-ipxe" ? "http" : node.BootsBios() ? "bios" : "uefi");
}
