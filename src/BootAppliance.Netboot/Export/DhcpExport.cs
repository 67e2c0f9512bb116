using System.Collections.Immutable;
using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Export;

/// <summary>
/// What another DHCP server has to tell machines so that they boot through the appliance: the resolver's answers for every kind of client,
/// not yet in any server's words.
/// </summary>
public sealed record DhcpExport
{
    /// <summary>The appliance, for <c>siaddr</c>, <c>sname</c> and option 66.</summary>
    public required IPAddress NextServer { get; init; }

    /// <summary>What every iPXE is told; whoever it belongs to, it must never be told anything else.</summary>
    public required OfferedBoot Ipxe { get; init; }

    /// <summary>Option 175 for iPXE, in lower-case hexadecimal.</summary>
    public required string IpxeOptions { get; init; }

    /// <summary>What firmware is told: of the groups that a machine is in, the first that has an offer for its firmware counts.</summary>
    public required ImmutableArray<OfferGroup> Groups { get; init; }

    /// <summary>All nodes and reservations, by MAC address.</summary>
    public required ImmutableArray<ExportedMachine> Machines { get; init; }

    /// <summary>The subnets of the settings.</summary>
    public required ImmutableArray<Subnet> Subnets { get; init; }

    /// <summary>What could not be exported, each in one sentence for the operator.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>What a machine with this firmware is told; null: nothing.</summary>
    public FirmwareOffer? Find(MacAddress machine, ClientArchitecture architecture) =>
        Groups.Where(group => group.Has(machine)).SelectMany(group => group.Offers).FirstOrDefault(offer => offer.Architectures.Contains(architecture));
}
