using System.Globalization;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>What one packet says about who sent it, read once; everything that is decided about a client is decided from this.</summary>
public sealed record DhcpClient
{
    private const string PxeVendorClass = "PXEClient";
    private const string HttpVendorClass = "HTTPClient";

    /// <summary>The hardware address, <c>chaddr</c>.</summary>
    public required HardwareAddress HardwareAddress { get; init; }

    /// <summary>Which boot program it is.</summary>
    public BootClientKind Kind { get; init; }

    /// <summary>
    /// The firmware's architectures in its order of preference (option 93, or the text of option 60 where 93 is missing).
    /// </summary>
    public IReadOnlyList<ClientArchitecture> Architectures { get; init; } = [];

    /// <summary>The vendor class, option 60.</summary>
    public string? VendorClass { get; init; }

    /// <summary>What it calls itself, option 61; null where it sends none, or fewer bytes than RFC 2132 section 9.14 asks for.</summary>
    public ClientIdentifier? Identifier { get; init; }

    /// <summary>The machine's UUID, option 97; firmware differs in the order of its bytes.</summary>
    public Guid? MachineIdentifier { get; init; }

    /// <summary>The name that the client calls itself, option 12.</summary>
    public string? HostName { get; init; }

    /// <summary>What an iPXE can do (option 175); null where it did not say.</summary>
    public IpxeOptions? Ipxe { get; init; }

    /// <summary>Whether it is iPXE already; such a client must never be given iPXE again.</summary>
    public bool IsIpxe => Kind == BootClientKind.Ipxe;

    /// <summary>Whether it boots from the network, and so wants boot information.</summary>
    public bool IsBootClient => Kind != BootClientKind.None;

    /// <summary>The options that <see cref="From"/> reads.</summary>
    internal static ReadOnlySpan<DhcpOptionCode> Facts =>
    [
        DhcpOptionCode.HostName, DhcpOptionCode.VendorClassIdentifier, DhcpOptionCode.UserClass, DhcpOptionCode.ClientArchitecture,
        DhcpOptionCode.ClientMachineIdentifier, DhcpOptionCode.IpxeEncapsulated, DhcpOptionCode.ClientIdentifier,
    ];

    /// <summary>Reads the facts of a message.</summary>
    public static DhcpClient From(DhcpMessage message)
    {
        var vendorClass = message.VendorClass;
        var architectures = message.ClientArchitectures;
        if (architectures.Count == 0 && ArchitectureInText(vendorClass) is { } architecture) architectures = [architecture];
        return new DhcpClient
        {
            HardwareAddress = message.ClientHardwareAddress,
            Kind = Classify(message, vendorClass, architectures),
            Architectures = architectures,
            VendorClass = vendorClass,
            Identifier = message.ClientIdentifier,
            MachineIdentifier = message.MachineIdentifier,
            HostName = message.HostName,
            Ipxe = message.Ipxe,
        };
    }

    /// <summary>The boot program of firmware that names this architecture first.</summary>
    public static BootClientKind KindOf(ClientArchitecture architecture) =>
        architecture.IsHttpBoot() ? BootClientKind.HttpBoot : architecture is ClientArchitecture.X86Bios ? BootClientKind.BiosPxe : BootClientKind.UefiPxe;

    // The order matters. iPXE says "PXEClient" in option 60 and names an architecture like the firmware it replaced: asked after
    // those it would be handed iPXE again, for ever. The text of option 60 comes last since chained programs inherit it.
    private static BootClientKind Classify(DhcpMessage message, string? vendorClass, IReadOnlyList<ClientArchitecture> architectures)
    {
        if (message.Options.Contains(DhcpOptionCode.IpxeEncapsulated) || message.UserClasses.Contains("iPXE")) return BootClientKind.Ipxe;
        if (architectures.Any(a => a.IsHttpBoot())) return BootClientKind.HttpBoot;
        if (vendorClass?.StartsWith(HttpVendorClass, StringComparison.Ordinal) == true) return BootClientKind.HttpBoot;
        if (architectures.Count > 0) return KindOf(architectures[0]);
        return vendorClass?.StartsWith(PxeVendorClass, StringComparison.Ordinal) == true ? BootClientKind.BiosPxe : BootClientKind.None;
    }

    // "PXEClient:Arch:00007:UNDI:003016": ROMs that leave out option 93 still say it here.
    private static ClientArchitecture? ArchitectureInText(string? vendorClass)
    {
        if (vendorClass?.Split(':') is not [PxeVendorClass or HttpVendorClass, "Arch", var digits, ..]) return null;
        return ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (ClientArchitecture)number : null;
    }
}
