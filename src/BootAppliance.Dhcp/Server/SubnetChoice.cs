using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Which subnet a message is about.</summary>
internal static class SubnetChoice
{
    /// <summary>The subnet of a message, if it is one of ours. Whatever decides here, the answer goes to giaddr where there is one.</summary>
    public static Subnet? Find(DhcpMessage message, DhcpArrival arrival, Func<IPAddress, Subnet?> subnetAround)
    {
        // RFC 3527 section 3: with both, "the information contained in the link-selection sub-option MUST be used"; and RFC 3011 section 2:
        // a server that cannot give an address there must not give another. So neither falls back to what comes after it.
        if (message.LinkSelection is { } link) return subnetAround(link);
        if (message.SubnetSelection is { } selected) return subnetAround(selected);

        // RFC 2131 section 4.3.1. A renewal reaches us directly from any subnet, past the relay, and is known by its ciaddr.
        if (message.IsRelayed) return subnetAround(message.RelayAddress);
        if (arrival.IsUnicast && subnetAround(message.ClientAddress) is { } subnet) return subnet;
        return subnetAround(arrival.ServerAddress);
    }
}
