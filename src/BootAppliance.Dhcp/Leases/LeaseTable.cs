using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>
/// Who has which address: the stored leases in memory, and the offers of the last minute, which are nowhere else. Thread safe.
/// An address is never given to a second client before the first one's lease has ended.
/// </summary>
public sealed partial class LeaseTable
{
    /// <summary>How long an offered address waits for its DHCPREQUEST.</summary>
    public static readonly TimeSpan OfferHold = TimeSpan.FromSeconds(60);

    /// <summary>How long an address that a stranger uses is left alone.</summary>
    public static readonly TimeSpan QuarantineTime = TimeSpan.FromHours(1);

    private readonly ILeaseStore store;
    private readonly TimeProvider time;
    private readonly LeaseKey key;
    private readonly List<SubnetAddresses> subnets;
    private readonly Lock gate = new();
    private readonly Dictionary<uint, Lease> leases = [];
    private readonly Dictionary<uint, Offer> offers = [];
    private readonly Dictionary<uint, Writer> writers = [];

    /// <summary>Loads the stored leases.</summary>
    /// <param name="subnets">The subnets to serve.</param>
    /// <param name="store">The durable side.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ownAddresses">This machine's addresses, which are never given out.</param>
    /// <param name="key">By what clients are told apart.</param>
    public LeaseTable(
        IReadOnlyList<Subnet> subnets, ILeaseStore store, TimeProvider time, IReadOnlyCollection<IPAddress> ownAddresses, LeaseKey key = LeaseKey.Mac)
    {
        this.key = key;
        this.store = store;
        this.time = time;
        this.subnets = [.. subnets.Select(s => new SubnetAddresses(s, ownAddresses))];
        ConnectWires(this.subnets);

        // In the order of their ends: the last one tells each subnet where its search stopped before the restart.
        foreach (var lease in store.LoadLeases().OrderBy(l => l.Expires))
        {
            Keep(lease);
            AddressesAround(lease.Address)?.ContinueAfter(lease.Address.ToNumber());
        }
    }

    private readonly record struct Offer(LeaseClient Client, DateTimeOffset Until, bool Probed)
    {
        // An offer from the future was made before the clock was set back; nobody waits for it that long.
        public bool Holds(DateTimeOffset now) => Until > now && Until <= now + OfferHold;
    }

    // Nobody waits for most writes, so what they would wait for is made by the first who does.
    private readonly record struct Writer(LeaseClient Client, TaskCompletionSource? Done);

    /// <summary>The subnet that an address lies in.</summary>
    public Subnet? FindSubnet(IPAddress address) => AddressesAround(address)?.Subnet;

    /// <summary>
    /// The record of an address, also an expired or quarantined one; what is no IPv4 address has none, one that came over a dual-stack
    /// socket has.
    /// </summary>
    public Lease? Find(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetwork) return null;
        lock (gate) return leases.GetValueOrDefault(address.ToNumber());
    }

    /// <summary>The client that has an address now.</summary>
    public HardwareAddress? ClientAt(IPAddress address) =>
        Find(address) is { State: LeaseState.Bound } lease && lease.Expires > time.GetUtcNow() ? lease.Client : null;

    /// <summary>Every record, in the order of the addresses.</summary>
    public IReadOnlyList<Lease> Snapshot()
    {
        lock (gate) return [.. leases.OrderBy(l => l.Key).Select(l => l.Value)];
    }

    private SubnetAddresses? AddressesAround(IPAddress address)
    {
        foreach (var candidate in subnets)
            if (candidate.Subnet.Prefix.Contains(address)) return candidate;
        return null;
    }

    private SubnetAddresses AddressesOf(Subnet subnet)
    {
        foreach (var candidate in subnets)
            if (ReferenceEquals(candidate.Subnet, subnet)) return candidate;
        throw new ArgumentException("The subnet is not one of this table's.", nameof(subnet));
    }

    private bool IsFreeFor(LeaseClient client, uint address, DateTimeOffset now)
    {
        // A lease goes before an offer: when the clock is set back, one that had ended runs again while its address is on offer to another.
        if (leases.TryGetValue(address, out var lease) && lease.Expires > now)
        {
            if (!IsBoundTo(lease, client)) return false;
        }
        else if (offers.TryGetValue(address, out var offer) && offer.Holds(now) && !offer.Client.IsSameAs(client))
        {
            return false;
        }

        return !writers.TryGetValue(address, out var writer) || writer.Client.IsSameAs(client);
    }

    private static bool IsBoundTo(Lease lease, LeaseClient client) => lease.State == LeaseState.Bound && lease.Holder.IsSameAs(client);

    /// <summary>Takes a durable record into memory.</summary>
    private void Keep(Lease lease)
    {
        var address = lease.Address.ToNumber();
        var subnet = AddressesAround(lease.Address);
        Forget(address);
        leases[address] = lease;
        if (lease.State == LeaseState.Bound) subnet?.LeaseOf.Add(lease.Holder, address);
    }

    private void Forget(uint address)
    {
        if (!leases.Remove(address, out var lease)) return;
        if (AddressesAround(lease.Address) is not { } subnet) return;
        subnet.LeaseOf.Remove(lease.Holder, address);
    }
}
