using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>By what clients are told apart that do not boot from the network and have no reservation; all others go by their MAC.</summary>
public enum LeaseKey
{
    /// <summary>Their hardware address: every stage of a boot keeps its address.</summary>
    Mac,

    /// <summary>Their client identifier (option 61), where they send one.</summary>
    ClientId,
}

/// <summary>Who an address is for.</summary>
/// <param name="HardwareAddress">Its hardware address.</param>
/// <param name="Identifier">The client identifier that it is known by; null: it is known by its hardware address.</param>
public readonly record struct LeaseClient(HardwareAddress HardwareAddress, ClientIdentifier? Identifier = null)
{
    /// <summary>
    /// Whether both are one machine: by their identifiers where both have one, otherwise by the hardware address. So the firmware of a
    /// machine has the lease of its system, and a lease from before <see cref="LeaseKey"/> was changed is found.
    /// </summary>
    public bool IsSameAs(LeaseClient other) =>
        Identifier is not null && other.Identifier is not null ? Identifier.Equals(other.Identifier) : HardwareAddress == other.HardwareAddress;

    /// <summary>A client that is known by its hardware address.</summary>
    public static implicit operator LeaseClient(HardwareAddress address) => new(address);
}
