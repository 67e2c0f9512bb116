using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Preview;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary><c>/api/boot/preview</c>: what a machine would be offered and served now.</summary>
internal sealed class PreviewRoutes(BootResolver resolver, NodeRegistry nodes)
{
    private readonly BootPreview preview = new(resolver);

    public void Map(IEndpointRouteBuilder api) => api.MapGet("/boot/preview", (string? mac, string? node, string? arch, string? firmware, bool? ipxe) =>
    {
        var found = node is null ? null : nodes.Get(node);
        if (mac is null && found is { Ports.Length: 0 }) throw Bad($"node {found.Label} has no port: add one with 'node set {found.Label} --mac MAC'");
        var text = mac ?? found?.Ports[0].Address.ToString() ?? throw Bad("name a machine: mac or node");
        if (!MacAddress.TryParse(text, out var address)) throw Bad($"'{text}' is not a MAC address: write it as 52:54:00:12:34:56");
        found ??= nodes.FindByMac(address);
        var (kind, architecture) = Firmware(arch ?? found?.Properties.Text("cpu_arch") ?? "x86_64", ipxe == true ? "ipxe" : firmware ?? "uefi");
        return new { mac = address.ToString(), node = found?.Label, state = found?.ProvisionState.ToApiString(), stages = preview.Show(address, kind, architecture) };
    });

    private static (BootClientKind Kind, ClientArchitecture Architecture) Firmware(string arch, string firmware) => (arch.ToLowerInvariant(), firmware.ToLowerInvariant()) switch
    {
        ("x86_64" or "x64" or "amd64", "uefi") => (BootClientKind.UefiPxe, ClientArchitecture.X64Uefi),
        ("x86_64" or "x64" or "amd64", "http") => (BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp),
        ("x86_64" or "x64" or "amd64" or "i386" or "x86", "bios") => (BootClientKind.BiosPxe, ClientArchitecture.X86Bios),
        ("i386" or "x86", "uefi") => (BootClientKind.UefiPxe, ClientArchitecture.X86Uefi),
        ("aarch64" or "arm64", "uefi") => (BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi),
        ("aarch64" or "arm64", "http") => (BootClientKind.HttpBoot, ClientArchitecture.Arm64UefiHttp),
        (_, "ipxe") => (BootClientKind.Ipxe, ClientArchitecture.X64Uefi),
        _ => throw Bad($"there is no firmware '{firmware}' for '{arch}': arch is x86_64, i386 or aarch64, firmware is bios, uefi or http"),
    };

    private static ApiException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
