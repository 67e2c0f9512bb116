using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>Decides from the facts of a DHCP client what it loads first.</summary>
public sealed class BootFileSelector(BootPolicy policy, NodeRegistry nodes, LoaderTrials trials) : IBootOfferSource
{
    /// <summary>The choice, with its reason.</summary>
    public LoaderChoice Select(DhcpClient client)
    {
        // iPXE first, whatever else it says of itself: it inherits the firmware's architecture, and given a loader it would load itself for ever.
        if (client.IsIpxe && !IsTooOld(client)) return new LoaderChoice.Url(policy.CatchAllUrl, "it is iPXE already, so it gets the catch-all script");
        if (!client.IsBootClient) return new LoaderChoice.None("it does not boot from the network");
        if (RaspberryPi.IsOne(client)) return new LoaderChoice.File(RaspberryPi.BootFile, "a Raspberry Pi asks by itself for fixed names, which are to be below Tftp:Root");

        foreach (var architecture in Architectures(client))
        {
            if (Loader(NodeOf(client), ToMac(client.HardwareAddress), architecture) is not var (loader, why)) continue;
            return client.Kind == BootClientKind.HttpBoot
                ? new LoaderChoice.Url(policy.LoaderUrl(loader), $"{Describe(client)} loads {loader} by HTTP{why}")
                : new LoaderChoice.File(loader, $"{Describe(client)}{(client.IsIpxe ? " without HTTP" : "")} loads {loader} by TFTP{why}");
        }

        var numbers = string.Join(", ", Architectures(client).Select(architecture => (ushort)architecture));
        return new LoaderChoice.None($"the appliance carries no loader for {Describe(client)} (client architecture {numbers}): name one in Boot:Loaders, and put it below Tftp:Root");
    }

    /// <inheritdoc/>
    public BootOffer? Choose(DhcpClient client, IPAddress serverAddress) => Select(client) switch
    {
        LoaderChoice.Url url => new BootOffer(serverAddress, url.Address, IsUrl: true) { Form = FormFor(client) },
        LoaderChoice.File when RaspberryPi.IsOne(client) => new BootOffer(serverAddress, RaspberryPi.BootFile, IsUrl: false)
        {
            Form = PxeReplyForm.DiscoveryControl,
            VendorOptions = RaspberryPi.VendorOptions,
        },
        LoaderChoice.File file => new BootOffer(serverAddress, file.Name, IsUrl: false) { Form = FormFor(client) },
        _ => null,
    };

    /// <summary>The form of the answer that the node asks for, if the client is one.</summary>
    public PxeReplyForm FormFor(DhcpClient client) => NodeOf(client)?.ReplyForm() switch
    {
        "discovery_control" => PxeReplyForm.DiscoveryControl,
        "vendor_class" => PxeReplyForm.VendorClass,
        "plain" => PxeReplyForm.Plain,
        _ => PxeReplyForm.Automatic,
    };

    /// <inheritdoc/>
    public bool IsKnown(HardwareAddress address) => ToMac(address) is { } mac && nodes.FindByMac(mac) is not null;

    /// <summary>What the client is, in words: <c>UEFI x64 PXE</c>, <c>iPXE</c>. Not iPXE's version: distributions' builds of 1.21 call themselves 1.0.0.</summary>
    public static string Describe(DhcpClient client) => client.Kind switch
    {
        BootClientKind.Ipxe => "iPXE",
        BootClientKind.None => client.VendorClass is { Length: > 0 } text ? Printable(text) : "DHCP client",
        _ when RaspberryPi.IsOne(client) => "Raspberry Pi",
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

    /// <summary>The DHCP client that has this Ethernet address.</summary>
    public static HardwareAddress FromMac(MacAddress mac)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, mac.ToUInt64());
        return new HardwareAddress(HardwareAddress.Ethernet, bytes[2..]);
    }

    /// <summary>
    /// An iPXE that says it can TFTP and not HTTP could not fetch the script; it loads ours first, which can. One that says nothing of itself
    /// is trusted, and so is everything that we hand out: it would load itself for ever.
    /// </summary>
    private static bool IsTooOld(DhcpClient client) => client.Ipxe is { } ipxe && ipxe.Supports(IpxeOption.Tftp) && !ipxe.Supports(IpxeOption.Http);

    /// <summary>A PXE ROM that names no architecture is a BIOS one: option 93 came with UEFI.</summary>
    private static IReadOnlyList<ClientArchitecture> Architectures(DhcpClient client) => client.Architectures.Count > 0 ? client.Architectures : [ClientArchitecture.X86Bios];

    /// <summary>The loader for an architecture, with why it is not the usual one; the nearer word goes first: node, its boot interface, its Secure Boot, its maker, the settings, the table, and what it tells of itself.</summary>
    private (string Name, string Why)? Loader(Node? node, MacAddress? mac, ClientArchitecture architecture)
    {
        if (node?.BootLoader() is { } ownOfNode) return (ownOfNode, $", which driver_info/{NodeFirmware.BootLoaderField} of node {node.Label} names");
        if (node?.Interfaces.Boot == "http" && LoaderTable.ForSecureBoot(architecture) is { } grub) return (grub, $", since boot interface http of node {node.Label} boots GRUB, not iPXE");
        if (node?.WantsSecureBoot() == true && LoaderTable.ForSecureBoot(architecture) is { } signed) return (signed, $", since node {node.Label} has the capability secure_boot");
        var sameMachines = LoaderTable.SettingsOf(architecture);
        if (mac is { } card && (ByVendor(card, architecture) ?? ByVendor(card, sameMachines)) is { } row)
            return (row.Loader, $", by Boot:LoadersByVendor for {row.Vendor}");
        if (policy.Loaders.TryGetValue(architecture, out var own) || policy.Loaders.TryGetValue(sameMachines, out own)) return (own, ", by Boot:Loaders");
        if (!LoaderTable.All.TryGetValue(architecture, out var usual)) return null;
        return mac is { } machine && trials.Find(machine) is { } trial && trial.Failed == usual ? (trial.Instead, $", since {trial.Seen}") : (usual, "");
    }

    private VendorLoader? ByVendor(MacAddress mac, ClientArchitecture architecture) =>
        policy.LoadersByVendor.FirstOrDefault(row => row.Architecture == architecture && row.Vendor.Matches(mac));

    /// <summary>The node that a client is, or null.</summary>
    public Node? NodeOf(DhcpClient client) => ToMac(client.HardwareAddress) is { } mac ? nodes.FindByMac(mac) : null;

    /// <summary>Whether the loader of a node leads to GRUB and not to iPXE, as far as the node says what firmware it has.</summary>
    public bool LeadsToGrub(Node node)
    {
        var mac = node.Ports.FirstOrDefault(port => port.PxeEnabled)?.Address;
        var loader = FirmwareNames.Find(node) is { } architecture ? Loader(node, mac, architecture)?.Name : node.BootLoader();
        return loader is not null && LoaderTable.LeadsToGrub(loader);
    }

    private static string Firmware(DhcpClient client) => Architectures(client)[0] switch
    {
        ClientArchitecture.X86Bios or ClientArchitecture.X86BiosHttp => "BIOS",
        ClientArchitecture.X86Uefi or ClientArchitecture.X86UefiHttp => "UEFI x86",
        ClientArchitecture.X64Uefi or ClientArchitecture.X64UefiHttp or ClientArchitecture.EfiByteCode or ClientArchitecture.EfiByteCodeHttp => "UEFI x64",
        ClientArchitecture.Arm32Uefi or ClientArchitecture.Arm32UefiHttp => "UEFI arm32",
        ClientArchitecture.Arm64Uefi or ClientArchitecture.Arm64UefiHttp => "UEFI arm64",
        ClientArchitecture.RiscV32Uefi => "UEFI riscv32",
        ClientArchitecture.RiscV64Uefi => "UEFI riscv64",
        ClientArchitecture.LoongArch64Uefi => "UEFI loongarch64",
        var other => $"architecture {(ushort)other}",
    };

    private static string Printable(string text) => Scripts.IpxeText.Printable(text.Length > 60 ? text[..60] : text);
}
