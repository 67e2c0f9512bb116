using System.Collections.Immutable;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Export;

/// <summary>A machine that the appliance knows by name or address.</summary>
/// <param name="Mac">The MAC address of one of its cards.</param>
/// <param name="Node">The node, or null for one that only has a reservation.</param>
/// <param name="Reservations">Its reservations, each in a subnet of its own.</param>
public sealed record ExportedMachine(MacAddress Mac, Node? Node, ImmutableArray<Reservation> Reservations)
{
    /// <summary>Its name for a comment, without anything that could end one.</summary>
    public string Label => IpxeText.Printable(Node?.Label ?? HostName ?? Mac.ToString());

    /// <summary>The host name that it is told, or null.</summary>
    public string? HostName => Reservations.FirstOrDefault(reservation => reservation.HostName is not null)?.HostName;

    /// <summary>What firmware the node says it has; null: none that anything is known of, or no node.</summary>
    public ClientArchitecture? Architecture => Node is { } node ? FirmwareNames.Find(node) : null;
}
