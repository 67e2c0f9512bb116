using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Firmware;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Preview;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary><c>/api/boot/preview</c>: what a machine would be offered and served now.</summary>
internal sealed class PreviewRoutes(BootResolver resolver, NodeRegistry nodes, DhcpServerSettings dhcp, LeaseTable leases, LoaderCatalog loaders)
{
    private readonly BootPreview preview = new(resolver, dhcp, leases, new CatalogPreview(loaders, resolver).Find);

    public void Map(IEndpointRouteBuilder api) => api.MapQuery("/boot/preview", (string? mac, string? node, string? arch, string? firmware, bool? ipxe) =>
    {
        var found = node is null ? null : nodes.Get(node);
        if (mac is null && found is { Ports.Length: 0 }) throw ApiException.Bad($"node {found.Label} has no port: add one with 'node set {found.Label} --mac MAC'");
        var address = RequestedMac.Parse(mac ?? found?.Ports[0].Address.ToString() ?? throw ApiException.Bad("name a machine: mac or node"));
        found ??= nodes.FindByMac(address);
        var (kind, architecture) = Firmware(arch ?? found?.Properties.Text("cpu_arch") ?? "x86_64", firmware ?? "uefi");
        return new
        {
            mac = address.ToString(),
            node = found?.Label,
            state = found?.ProvisionState.ToApiString(),
            stages = preview.Show(address, ipxe == true ? BootClientKind.Ipxe : kind, architecture),
        };
    }).WithSummary("What a machine would be offered and served now, stage by stage, and why");

    private static (BootClientKind Kind, ClientArchitecture Architecture) Firmware(string arch, string firmware) => FirmwareNames.Find(arch, firmware) switch
    {
        { } known => (DhcpClient.KindOf(known), known),
        _ when Enum.TryParse<ClientArchitecture>(arch, ignoreCase: true, out var architecture) => (DhcpClient.KindOf(architecture), architecture),
        _ => throw ApiException.Bad($"there is no firmware '{firmware}' for '{arch}': arch is x86_64, i386, aarch64 or a client architecture as 7 or X64Uefi; firmware is bios, uefi or http"),
    };
}
