using System.Collections.Concurrent;
using System.Net;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Dhcp.Tests;

/// <summary>A store that keeps what it was told, can be made to fail, and can be made to wait.</summary>
internal sealed class MemoryLeaseStore : ILeaseStore
{
    public ConcurrentDictionary<IPAddress, Lease> Leases { get; } = [];

    public ConcurrentQueue<Lease> Saved { get; } = [];

    public bool IsFull { get; set; }

    /// <summary>Writes become durable only when this ends.</summary>
    public Task Disk { get; set; } = Task.CompletedTask;

    public IReadOnlyList<Lease> LoadLeases() => [.. Leases.Values];

    public async ValueTask SaveLeaseAsync(Lease lease)
    {
        await Disk;
        if (IsFull) throw new IOException("No space left on device");
        Leases[lease.Address] = lease;
        Saved.Enqueue(lease);
    }

    public async Task RemoveLeaseAsync(IPAddress address)
    {
        await Disk;
        if (IsFull) throw new IOException("No space left on device");
        Leases.TryRemove(address, out _);
    }
}
