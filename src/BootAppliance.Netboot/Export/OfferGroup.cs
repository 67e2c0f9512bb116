using System.Collections.Immutable;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Export;

/// <summary>Machines, and what they are offered.</summary>
/// <param name="Name">A short name, fit for a tag: <c>own1</c>, <c>maker1</c>, <c>usual</c>.</param>
/// <param name="Offers">What they are offered; of firmware that is not here, the next group that they are in speaks.</param>
public sealed record OfferGroup(string Name, ImmutableArray<FirmwareOffer> Offers)
{
    /// <summary>The machines, each by its whole MAC address; empty where they are not named.</summary>
    public ImmutableSortedSet<MacAddress> Machines { get; init; } = [];

    /// <summary>The makers whose machines they are; empty where that does not matter.</summary>
    public ImmutableArray<VendorPrefix> Makers { get; init; } = [];

    /// <summary>Whether every machine is in it.</summary>
    public bool IsForAll => Machines.IsEmpty && Makers.IsEmpty;

    /// <summary>Whether a machine is in it.</summary>
    public bool Has(MacAddress machine) => IsForAll || Machines.Contains(machine) || Makers.Any(maker => maker.Matches(machine));
}
