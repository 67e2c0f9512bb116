using System.Collections.Immutable;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>
/// The boot ROM of the Raspberry Pi. It calls itself an x86 BIOS (option 93 is 0), so only its MAC address tells it from one; it takes no
/// notice of a boot file name, asks TFTP for fixed names in a folder named after its serial number, and boots only where option 43 names it.
/// </summary>
public static class RaspberryPi
{
    /// <summary>What it loads first; it asks for this by itself.</summary>
    public const string BootFile = "bootcode.bin";

    private const int SerialDigits = 8;

    /// <summary>The makers of its cards.</summary>
    public static ImmutableArray<VendorPrefix> Makers { get; } = [new(0xb827eb), new(0xdca632), new(0xe45f01), new(0xd83add), new(0x28cdc1), new(0x2ccf67)];

    /// <summary>
    /// The value of option 43 that it looks for: discovery control 3 (sub-option 6), a prompt "PXE" without a pause (10), and a menu (9)
    /// with one item of boot server type 0, "Raspberry Pi Boot" (PXE specification 2.1, section 2.1.1).
    /// </summary>
    public static ReadOnlyMemory<byte> VendorOptions { get; } = (byte[])
        [6, 1, 3, 10, 4, 0, .. "PXE"u8, 9, 20, 0, 0, 17, .. "Raspberry Pi Boot"u8, 255];

    /// <summary>Whether the card is one of a Raspberry Pi.</summary>
    public static bool IsOne(MacAddress address) => Makers.Any(maker => maker.Matches(address));

    /// <summary>Whether a DHCP client is its boot ROM.</summary>
    public static bool IsOne(DhcpClient client) =>
        client is { IsBootClient: true, IsIpxe: false }
        && (client.Architectures.Contains(ClientArchitecture.RaspberryPi)
            || (client.Architectures is [] or [ClientArchitecture.X86Bios, ..] && BootFileSelector.ToMac(client.HardwareAddress) is { } mac && IsOne(mac)));

    /// <summary>Whether the first part of a path is the folder that it asks in, its serial number.</summary>
    public static bool IsFolder(string segment) => segment.Length == SerialDigits && segment.All(char.IsAsciiHexDigit);
}
