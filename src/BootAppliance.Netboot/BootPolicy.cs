using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Images;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;

namespace BootAppliance.Netboot;

/// <summary>What a machine that is no node gets at the end of the catch-all script.</summary>
public enum UnknownNodeAction
{
    /// <summary>A clear message on its console.</summary>
    Error,

    /// <summary>Its local disk.</summary>
    LocalBoot,

    /// <summary>A message, and an entry in the list of discovered machines.</summary>
    Discover,
}

/// <summary>What the operator decided about booting.</summary>
public sealed record BootPolicy
{
    /// <summary>The address that stands in packets and URLs.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The TCP port of the boot plane.</summary>
    public int HttpPort { get; init; } = 80;

    /// <summary>Whether the catch-all leads to the boot configuration API; otherwise to the operator's files <c>pxelinux.cfg/MAC</c> in the image folder.</summary>
    public bool UseBootConfigApi { get; init; } = true;

    /// <summary>Whether <c>/v1/boot</c> answers only for nodes that wait for their ramdisk or live on the network.</summary>
    public bool RestrictBootConfig { get; init; } = true;

    /// <summary>The root of the links to the boot configuration API, or empty for the appliance's own.</summary>
    public string ConfigApiRootUrl { get; init; } = "";

    /// <summary>The kernel arguments of nodes that have none of their own.</summary>
    public string KernelAppendParams { get; init; } = "";

    /// <summary>What nodes boot for the agent that name no images of their own.</summary>
    public AgentImages AgentImages { get; init; } = new();

    /// <summary>What becomes of machines that are no node.</summary>
    public UnknownNodeAction UnknownNode { get; init; } = UnknownNodeAction.LocalBoot;

    /// <summary>Loaders by client architecture, where the built-in table does not fit.</summary>
    public ImmutableDictionary<ClientArchitecture, string> Loaders { get; init; } = ImmutableDictionary<ClientArchitecture, string>.Empty;

    /// <summary>Loaders by the maker of the network card; the first row that fits counts.</summary>
    public ImmutableArray<VendorLoader> LoadersByVendor { get; init; } = [];

    /// <summary>The operator's own catch-all script instead of the built-in one, or null.</summary>
    public string? Script { get; init; }

    /// <summary>The URL of the boot plane, without a slash at the end.</summary>
    public string RootUrl => HttpPort == 80 ? $"http://{Host}" : $"http://{Host}:{HttpPort}";

    /// <summary>The URL that every iPXE is sent to.</summary>
    public string CatchAllUrl => RootUrl + "/boot.ipxe";

    /// <summary>The URL that the end of the catch-all leads to.</summary>
    public string FallbackUrl => RootUrl + "/boot/fallback.ipxe";

    /// <summary>Where the catch-all looks for the script of a NIC.</summary>
    /// <param name="mac">The MAC address with hyphens, or the iPXE setting that has it.</param>
    public string ScriptUrl(string mac) => UseBootConfigApi
        ? $"{(ConfigApiRootUrl.Length > 0 ? ConfigApiRootUrl.TrimEnd('/') : RootUrl)}/v1/boot/{mac}/{BootResolver.ScriptName}"
        : $"{ImagesUrl}pxelinux.cfg/{mac}";

    /// <summary>The URL of a loader, for firmware that boots by HTTP.</summary>
    public string LoaderUrl(string loader) => $"{RootUrl}/firmware/{loader}";

    /// <summary>The URL of the image folder, with a slash at the end.</summary>
    public string ImagesUrl => RootUrl + "/images/";

    /// <summary>The URL of an image that can be had.</summary>
    public string ImageUrl(ImageRoute route) => route switch
    {
        ImageRoute.Served served => $"{RootUrl}/{served.Path}",
        ImageRoute.Direct direct => direct.Url,
        _ => throw new ArgumentException("a plan whose images cannot be had is BootPlan.Unavailable", nameof(route)),
    };

    private string Host => Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
}
