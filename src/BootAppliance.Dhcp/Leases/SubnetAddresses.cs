using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>
/// The addresses of one subnet as numbers: which may be given to whom, and in which order; not thread safe, used under the table's lock.
/// </summary>
internal sealed class SubnetAddresses
{
    private readonly Dictionary<HardwareAddress, uint> reservations;
    private readonly HashSet<uint> withheld;
    private readonly AddressPool[] pools;
    private long next;

    public SubnetAddresses(Subnet subnet, IEnumerable<IPAddress> ownAddresses)
    {
        Subnet = subnet;
        OnSameWire = [this];
        pools = [.. subnet.Pools];
        reservations = subnet.Reservations.ToDictionary(r => r.Client, r => r.Address.ToNumber());
        PoolSize = subnet.Pools.Sum(p => p.Count);
        IEnumerable<IPAddress> inUse = [.. ownAddresses, .. subnet.DnsServers, .. subnet.NtpServers];
        if (subnet.Router is not null) inUse = inUse.Append(subnet.Router);
        withheld = [.. inUse.Select(a => a.ToNumber()), .. reservations.Values];

        // RFC 3021: only a /31 (and a /32) has no network and broadcast address.
        if (subnet.Prefix.PrefixLength >= 31) return;
        var network = subnet.Prefix.BaseAddress.ToNumber();
        withheld.UnionWith([network, network | ~subnet.Prefix.Mask()]);
    }

    public Subnet Subnet { get; }

    public long PoolSize { get; }

    /// <summary>This one and those that share its wire, in the order of the settings.</summary>
    public SubnetAddresses[] OnSameWire { get; set; }

    /// <summary>The address that each client was last bound to here.</summary>
    public LeaseIndex LeaseOf { get; } = new();

    /// <summary>The address that each client was last offered here.</summary>
    public Dictionary<LeaseClient, uint> OfferOf { get; } = [];

    /// <summary>What was found when the pool was last searched in vain.</summary>
    public PoolUsage? Exhausted { get; set; }

    public uint? ReservationOf(HardwareAddress client) => reservations.TryGetValue(client, out var address) ? address : null;

    /// <summary>Whether it may be given to a client at all, no matter who has it now.</summary>
    public bool MayHave(HardwareAddress client, uint address) => ReservationOf(client) == address || IsDynamic(address);

    /// <summary>Whether it is the network's own or reserved for somebody else.</summary>
    public bool IsWithheldFrom(HardwareAddress client, uint address) => withheld.Contains(address) && ReservationOf(client) != address;

    /// <summary>
    /// Goes once around the pool from where the last search ended, so that an address rests as long as possible before another client gets
    /// it.
    /// </summary>
    public uint? FindNext<TAsker>(TAsker asker, Func<uint, TAsker, bool> isFree)
    {
        for (long step = 0; step < PoolSize; step++)
        {
            var index = (next + step) % PoolSize;
            var address = AddressAt(index);
            if (withheld.Contains(address) || !isFree(address, asker)) continue;
            next = index + 1;
            return address;
        }

        return null;
    }

    /// <summary>Lets the next search begin behind an address of the pool.</summary>
    public void ContinueAfter(uint address)
    {
        long before = 0;
        foreach (var pool in pools)
        {
            if (Contains(pool, address))
            {
                next = before + (address - pool.First.ToNumber()) + 1;
                return;
            }

            before += pool.Count;
        }
    }

    public IEnumerable<uint> PoolAddresses()
    {
        for (long index = 0; index < PoolSize; index++) yield return AddressAt(index);
    }

    public bool IsWithheld(uint address) => withheld.Contains(address);

    private bool IsDynamic(uint address) => !withheld.Contains(address) && IsInPool(address);

    private bool IsInPool(uint address)
    {
        foreach (var pool in pools)
            if (Contains(pool, address)) return true;
        return false;
    }

    private static bool Contains(AddressPool pool, uint address) => address >= pool.First.ToNumber() && address <= pool.Last.ToNumber();

    private uint AddressAt(long index)
    {
        foreach (var pool in pools)
        {
            if (index < pool.Count) return (uint)(pool.First.ToNumber() + index);
            index -= pool.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }
}
