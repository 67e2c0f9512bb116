using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>Decides from the facts of a DHCP client what it loads first.</summary>
public sealed class BootFileSelector(BootPolicy policy, NodeRegistry nodes) : IBootOfferSource
{
    /// <summary>The choice, with its reason.</summary>
    public LoaderChoice Select(DhcpClient client)
    {
        // iPXE first, whatever else it says of itself: it inherits the firmware's architecture, and given a loader it would load itself for ever.
        if (client.IsIpxe) return new LoaderChoice.Url(policy.CatchAllUrl, "it is iPXE already, so it gets the catch-all script");
        if (!client.IsBootClient) return new LoaderChoice.None("it does not boot from the network");

        // A PXE ROM that names no architecture is a BIOS one: option 93 came with UEFI.
        var architectures = client.Architectures.Count > 0 ? client.Architectures : [ClientArchitecture.X86Bios];
        foreach (var architecture in architectures)
        {
            if (Loader(architecture) is not { } loader) continue;
            return client.Kind == BootClientKind.HttpBoot
                ? new LoaderChoice.Url($"{policy.RootUrl}/firmware/{loader}", $"{Describe(client)} loads {loader} by HTTP")
                : new LoaderChoice.File(loader, $"{Describe(client)} loads {loader} by TFTP");
        }

        return new LoaderChoice.None($"no loader for {Describe(client)}: name one in Boot:Loaders");
    }

    /// <inheritdoc/>
    public BootOffer? Choose(DhcpClient client, IPAddress serverAddress) => Select(client) switch
    {
        LoaderChoice.Url url => new BootOffer(serverAddress, url.Address, IsUrl: true),
        LoaderChoice.File file => new BootOffer(serverAddress, file.Name, IsUrl: false),
        _ => null,
    };

    /// <inheritdoc/>
    public bool IsKnown(HardwareAddress address) => ToMac(address) is { } mac && nodes.FindByMac(mac) is not null;

    /// <summary>What the client is, in words: <c>UEFI x64 PXE</c>, <c>iPXE</c>. Not iPXE's version: distributions' builds of 1.21 call themselves 1.0.0.</summary>
    public static string Describe(DhcpClient client) => client.Kind switch
    {
        BootClientKind.Ipxe => "iPXE",
        BootClientKind.None => client.VendorClass is { Length: > 0 } text ? Printable(text) : "DHCP client",
        _ => $"{Firmware(client)} {(client.Kind == BootClientKind.HttpBoot ? "HTTP boot" : "PXE")}",
    };

    /// <summary>The Ethernet address of a DHCP client, or null when it has another kind.</summary>
    public static MacAddress? ToMac(HardwareAddress address)
    {
        if (!address.IsEthernet) return null;
        Span<byte> bytes = stackalloc byte[HardwareAddress.MaximumLength];
        address.WriteTo(bytes);
        return new MacAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }

    private string? Loader(ClientArchitecture architecture) =>
        policy.Loaders.TryGetValue(architecture, out var own) ? own : LoaderTable.All.GetValueOrDefault(architecture);

    private static string Firmware(DhcpClient client) => client.Architectures.Count == 0 ? "BIOS" : client.Architectures[0] switch
    {
        ClientArchitecture.X86Bios or ClientArchitecture.X86BiosHttp => "BIOS",
        ClientArchitecture.X86Uefi or ClientArchitecture.X86UefiHttp => "UEFI x86",
        ClientArchitecture.X64Uefi or ClientArchitecture.X64UefiHttp or ClientArchitecture.EfiByteCode or ClientArchitecture.EfiByteCodeHttp => "UEFI x64",
        ClientArchitecture.Arm32Uefi or ClientArchitecture.Arm32UefiHttp => "UEFI arm32",
        ClientArchitecture.Arm64Uefi or ClientArchitecture.Arm64UefiHttp => "UEFI arm64",
        var other => $"architecture {(ushort)other}",
    };

    private static string Printable(string text) => Scripts.IpxeText.Printable(text.Length > 60 ? text[..60] : text);
}
