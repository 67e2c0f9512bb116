using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>What an address is bound to.</summary>
public enum LeaseState
{
    /// <summary>Acknowledged to a client until <see cref="Lease.Expires"/>.</summary>
    Bound,

    /// <summary>Found in use by a stranger (DHCPDECLINE or an ARP answer) and kept from everybody until <see cref="Lease.Expires"/>.</summary>
    Quarantined,
}

/// <summary>An address that was acknowledged to a client, or is kept out of use; what is stored is exactly this.</summary>
/// <param name="Address">The IPv4 address; the key, since an address has one holder.</param>
/// <param name="Client">The client's hardware address.</param>
/// <param name="State">Whether it is bound or quarantined.</param>
/// <param name="Expires">When it ends, UTC.</param>
/// <param name="HostName">The name that the client gave (option 12), if it did.</param>
/// <param name="ClientIdentifier">The client identifier (option 61) that the client is known by; null: it is known by its hardware address.</param>
public sealed record Lease(
    IPAddress Address, HardwareAddress Client, LeaseState State, DateTimeOffset Expires, string? HostName, ClientIdentifier? ClientIdentifier = null)
{
    /// <summary>Who holds the address.</summary>
    public LeaseClient Holder => new(Client, ClientIdentifier);
}
