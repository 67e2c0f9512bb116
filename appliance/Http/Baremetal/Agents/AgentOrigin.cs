using System.Net;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary>Where what an agent asks comes from, and where it may be asked itself.</summary>
/// <param name="nodes">All nodes.</param>
/// <param name="addresses">Which machine has which address.</param>
/// <param name="serves">Whether an address is on a provisioning subnet, or this machine's own.</param>
/// <param name="own">The appliance's address there.</param>
internal sealed class AgentOrigin(NodeRegistry nodes, MachineAddresses addresses, Func<IPAddress, bool> serves, IPAddress own)
{
    private const int LongestUrl = 255;

    /// <summary>Who asks; null over the Unix socket.</summary>
    public static IPAddress? Of(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : null;

    /// <summary>Who asks, for the middle of a sentence.</summary>
    public static string Words(HttpContext context) => Of(context) is { } address ? $" at {address}" : "";

    /// <summary>Whether a request comes from a provisioning subnet, or from somebody on this machine.</summary>
    public bool Admits(HttpContext context) => Of(context) is not { } from || serves(from);

    /// <summary>The other node whose machine certainly asks here in the name of this one; null as a rule.</summary>
    public Node? Impostor(HttpContext context, Node node) =>
        Of(context) is { } from && addresses.Find(from) is { } mac && nodes.FindByMac(mac) is { } asking && asking.Uuid != node.Uuid ? asking : null;

    /// <summary>
    /// Why the appliance will not call an agent at this URL; null where it would. It may be the address that the agent asks from, or one of a provisioning
    /// subnet: a machine must not make the appliance ask anybody else, itself least of all.
    /// </summary>
    public string? FindProblem(string url, IPAddress? from)
    {
        if (url.Length > LongestUrl || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            return "is not an http or https URL";
        if (parsed.UserInfo.Length > 0 || parsed.PathAndQuery != "/" || parsed.Fragment.Length > 0) return "must be scheme, address and port only";
        if (!IPAddress.TryParse(parsed.DnsSafeHost, out var address)) return "must name the machine by its IP address";
        if (address.Equals(from)) return null;
        return serves(address) && !IPAddress.IsLoopback(address) && !address.Equals(own) ? null : "is not an address of a machine on a provisioning subnet";
    }
}
