using System.Net;

namespace BootAppliance.Dhcp.Leases;

/// <summary>The durable side of the leases. A task that ends without an exception means: on the disk, and there after a power cut.</summary>
public interface ILeaseStore
{
    /// <summary>Every stored lease, expired ones too; read once at start.</summary>
    IReadOnlyList<Lease> LoadLeases();

    /// <summary>Writes a lease, in place of what was stored for its address. Fails with an exception when it cannot be made durable.</summary>
    ValueTask SaveLeaseAsync(Lease lease);

    /// <summary>Forgets the lease of an address.</summary>
    Task RemoveLeaseAsync(IPAddress address);
}
