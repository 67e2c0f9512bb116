using System.Net;
using System.Runtime.CompilerServices;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <content>
/// What is made durable: acknowledged, released and quarantined addresses. Writes of one address follow each other, those of many run side
/// by side.
/// </content>
public sealed partial class LeaseTable
{
    // A request repeated within the first twentieth of a lease is told what is left of it; the disk is not asked again for a lost packet.
    private const int FreshPart = 20;

    /// <summary>
    /// Binds an address to a client for at least a duration; when the task ends, the lease is durable. A lease that runs longer already
    /// is never shortened. When the store fails, a durable lease that the client has for the address carries it on with the time it has
    /// left.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<LeaseGrant> AcknowledgeAsync(Subnet subnet, LeaseClient client, IPAddress address, TimeSpan duration, string? hostName)
    {
        var addresses = AddressesOf(subnet);
        var number = address.ToNumber();
        using var writing = await EnterAsync(number, client);
        Lease? held;
        Lease lease;
        DateTimeOffset now;
        lock (gate)
        {
            now = time.GetUtcNow();
            if (!subnet.Prefix.Contains(address) || !addresses.MayHave(client.HardwareAddress, number) || !IsFreeFor(client, number, now))
                return new LeaseGrant(LeaseGrantStatus.Taken, default);
            var record = leases.GetValueOrDefault(number) is { } found && IsBoundTo(found, client) ? found : null;
            held = record?.Expires > now ? record : null;

            // A boot client is known by its MAC; the lease stays that of the identifier which the system of the machine will send again. Where
            // identifiers do not count they are not kept: the next system would be another machine when they count again.
            var holder = client with { Identifier = client.Identifier ?? (key == LeaseKey.ClientId ? record?.ClientIdentifier : null) };
            var isLong = held?.Expires >= now + duration - (duration / FreshPart);
            if (isLong && held!.Holder == holder)
            {
                addresses.LeaseOf.Add(holder, number);
                return new LeaseGrant(LeaseGrantStatus.Granted, Told(subnet, held.Expires - now));
            }

            lease = new Lease(address, holder.HardwareAddress, LeaseState.Bound, isLong ? held!.Expires : now + duration, hostName, holder.Identifier);
        }

        try
        {
            await store.SaveLeaseAsync(lease);
        }
        catch (Exception failure)
        {
            var left = held?.Expires - time.GetUtcNow() ?? TimeSpan.Zero;
            return left >= TimeSpan.FromSeconds(1)
                ? new LeaseGrant(LeaseGrantStatus.Granted, Told(subnet, left), failure)
                : new LeaseGrant(LeaseGrantStatus.StoreUnavailable, default, failure);
        }

        lock (gate)
        {
            Keep(lease);
            DropOffer(addresses, client);
        }

        return new LeaseGrant(LeaseGrantStatus.Granted, Told(subnet, lease.Expires - now));
    }

    /// <summary>
    /// Ends a client's lease now; it is remembered, so that the client can have the address again. False: there was none. Fails like the
    /// store; the lease then stays.
    /// </summary>
    public async Task<bool> ReleaseAsync(LeaseClient client, IPAddress address)
    {
        var number = address.ToNumber();
        using var writing = await EnterAsync(number, client);
        Lease ended;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (!leases.TryGetValue(number, out var lease) || !IsBoundTo(lease, client) || lease.Expires <= now) return false;
            ended = lease with { Expires = now };
        }

        await store.SaveLeaseAsync(ended);
        lock (gate)
        {
            Keep(ended);
            if (AddressesAround(address) is { } addresses) addresses.Exhausted = null;
        }

        return true;
    }

    /// <summary>
    /// Takes an address out of use that a client, holding it or offered it, found in use (DHCPDECLINE). False: it has nothing to do with
    /// the address. Fails like <see cref="QuarantineAsync"/>.
    /// </summary>
    public async Task<bool> DeclineAsync(LeaseClient client, IPAddress address)
    {
        var number = address.ToNumber();
        using var writing = await EnterAsync(number, client);
        Lease quarantine;
        lock (gate)
        {
            var holds = leases.TryGetValue(number, out var lease) && IsBoundTo(lease, client);
            var wasOffered = offers.TryGetValue(number, out var offer) && offer.Client.IsSameAs(client);
            if (!holds && !wasOffered) return false;
            quarantine = TakeOutOfUse(address, client.HardwareAddress);
        }

        await store.SaveLeaseAsync(quarantine);
        return true;
    }

    /// <summary>
    /// Takes an address out of use for <see cref="QuarantineTime"/>. Fails like the store; until a restart the quarantine holds all the
    /// same.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="witness">Whose it seems to be, or who found it in use; for the operator.</param>
    public async Task QuarantineAsync(IPAddress address, HardwareAddress witness)
    {
        using var writing = await EnterAsync(address.ToNumber(), witness);
        Lease quarantine;
        lock (gate) quarantine = TakeOutOfUse(address, witness);
        await store.SaveLeaseAsync(quarantine);
    }

    /// <summary>
    /// Forgets what is recorded of an address, lease or quarantine, because the operator says so; its holder may still use it. Fails like
    /// the store.
    /// </summary>
    public async Task<bool> ForgetAsync(IPAddress address)
    {
        if (Find(address) is not { } recorded) return false;
        var number = recorded.Address.ToNumber();
        using var writing = await EnterAsync(number, default);
        await store.RemoveLeaseAsync(recorded.Address);
        lock (gate)
        {
            Forget(number);
            if (AddressesAround(recorded.Address) is { } addresses) addresses.Exhausted = null;
        }

        return true;
    }

    // After the clock was set back a lease seems to run for as long as the clock was wrong. A client that is told so keeps its address for all
    // that time, and when the clock is right again somebody else gets it.
    private static TimeSpan Told(Subnet subnet, TimeSpan left) => left < subnet.LongestLease ? left : subnet.LongestLease;

    private Lease TakeOutOfUse(IPAddress address, HardwareAddress witness)
    {
        var quarantine = new Lease(address, witness, LeaseState.Quarantined, time.GetUtcNow() + QuarantineTime, HostName: null);
        if (offers.TryGetValue(address.ToNumber(), out var offer) && AddressesAround(address) is { } addresses) DropOffer(addresses, offer.Client);
        Keep(quarantine);
        return quarantine;
    }

    /// <summary>Waits until nobody writes the address; while it is written, nobody else is given it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WriteTurn> EnterAsync(uint address, LeaseClient client)
    {
        while (true)
        {
            TaskCompletionSource others;
            lock (gate)
            {
                if (writers.TryAdd(address, new Writer(client, Done: null))) return new WriteTurn(this, address);
                var writer = writers[address];
                others = writer.Done ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                writers[address] = writer with { Done = others };
            }

            await others.Task;
        }
    }

    private readonly struct WriteTurn(LeaseTable table, uint address) : IDisposable
    {
        public void Dispose()
        {
            Writer ended;
            lock (table.gate) table.writers.Remove(address, out ended);
            ended.Done?.SetResult();
        }
    }
}
