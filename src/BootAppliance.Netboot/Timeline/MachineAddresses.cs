using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Timeline;

/// <summary>Which machine has which IP address, so that a TFTP or HTTP request can be told to belong to it.</summary>
/// <remarks>
/// The leases say it; where another server gives the addresses, the neighbours on the wire do from the first packet on, and behind a router the
/// MAC addresses in boot script URLs.
/// </remarks>
/// <param name="leases">The leases.</param>
/// <param name="neighbour">Looks up who on the wire has an address; null: nobody is asked.</param>
public sealed class MachineAddresses(LeaseTable leases, Func<IPAddress, MacAddress?>? neighbour = null)
{
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<IPAddress, MacAddress> learnt = new();

    /// <summary>Notes that a machine uses an address, where <see cref="Find"/> does not say so.</summary>
    public void Learn(IPAddress address, MacAddress machine)
    {
        // On the isolated network this never fills; a flood of forged addresses must not eat the memory.
        if (!learnt.ContainsKey(address) && learnt.Count >= Capacity) learnt.Clear();
        learnt[address] = machine;
    }

    /// <summary>The machine that uses an address, or null.</summary>
    public MacAddress? Find(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork && leases.ClientAt(address) is { } client) return BootFileSelector.ToMac(client);
        if (neighbour?.Invoke(address) is { } seen) return seen;
        return learnt.TryGetValue(address, out var machine) ? machine : null;
    }
}
