using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <content>Which address a client is offered, and what one that it claims is to it.</content>
public sealed partial class LeaseTable
{
    // A search goes through all of a pool; when made-up machines keep a large one full, each address that comes free must not cost one.
    private const int LargePool = 4096;
    private static readonly TimeSpan SearchPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Finds the address to offer (RFC 2131 section 4.3.1): reserved, current, previous, offered a moment ago, asked for, next of the pool;
    /// and holds it for the client for <see cref="OfferHold"/>.
    /// </summary>
    /// <param name="subnet">The subnet that the client is in; its wire may have more.</param>
    /// <param name="client">The client.</param>
    /// <param name="requested">The address that it asks for.</param>
    /// <param name="isKnown">Tells which machines are known, when the pool is exhausted: they go before others.</param>
    public AddressChoice Choose(Subnet subnet, LeaseClient client, IPAddress? requested, Func<HardwareAddress, bool>? isKnown = null)
    {
        var wire = OnWireOf(subnet);
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var addresses in wire)
            {
                if (addresses.ReservationOf(client.HardwareAddress) is not { } reserved) continue;
                return IsFreeFor(client, reserved, now)
                    ? Hold(addresses, client, reserved, now)
                    : new AddressChoice(AddressChoiceStatus.ReservationInUse, Ipv4.FromNumber(reserved));
            }

            if (FindEarlier(wire, client, requested, now) is { } earlier) return Hold(earlier.Subnet, client, earlier.Address, now);
            var choice = ChooseNext(wire, client, now, isKnown);
            if (choice.Status != AddressChoiceStatus.PoolExhausted || isKnown?.Invoke(client.HardwareAddress) is not true) return choice;
            return FindStrangersOffer(wire, isKnown, now) is { } taken ? Hold(taken.Subnet, client, taken.Address, now) : choice;
        }
    }

    /// <summary>Notes that no stranger answered for an offered address, so that a repeated DHCPDISCOVER is answered at once.</summary>
    public void MarkProbed(LeaseClient client, IPAddress address)
    {
        lock (gate)
        {
            var number = address.ToNumber();
            if (offers.TryGetValue(number, out var offer) && offer.Client == client) offers[number] = offer with { Probed = true };
        }
    }

    /// <summary>Forgets what was offered to a client, which took another server's offer.</summary>
    public void WithdrawOffer(Subnet subnet, LeaseClient client)
    {
        lock (gate)
        {
            foreach (var addresses in OnWireOf(subnet)) DropOffer(addresses, client);
        }
    }

    /// <summary>What an address that a client claims is to it.</summary>
    public AddressStanding Judge(Subnet subnet, LeaseClient client, IPAddress address)
    {
        var addresses = AddressesOf(subnet);
        if (!subnet.Prefix.Contains(address)) return AddressStanding.WrongSubnet;
        var number = address.ToNumber();
        lock (gate)
        {
            var hasRecord = leases.TryGetValue(number, out var lease) && IsBoundTo(lease, client);
            if (addresses.IsWithheldFrom(client.HardwareAddress, number) || !IsFreeFor(client, number, time.GetUtcNow())) return AddressStanding.Taken;
            // Once ours, and no longer: the pool was changed under the client.
            if (!addresses.MayHave(client.HardwareAddress, number)) return hasRecord ? AddressStanding.Taken : AddressStanding.Unknown;
            return hasRecord || addresses.ReservationOf(client.HardwareAddress) == number ? AddressStanding.Held : AddressStanding.Free;
        }
    }

    /// <summary>The address that the client had last, was offered, or asks for, if it can have it.</summary>
    private (SubnetAddresses Subnet, uint Address)? FindEarlier(
        SubnetAddresses[] wire, LeaseClient client, IPAddress? requested, DateTimeOffset now)
    {
        bool IsUsable(SubnetAddresses addresses, uint address) => addresses.MayHave(client.HardwareAddress, address) && IsFreeFor(client, address, now);

        (SubnetAddresses Subnet, uint Address)? latest = null;
        var end = DateTimeOffset.MinValue;
        foreach (var addresses in wire)
        {
            if (FindLast(addresses, client) is not { } last || !IsUsable(addresses, last) || leases[last].Expires <= end) continue;
            (latest, end) = ((addresses, last), leases[last].Expires);
        }

        if (latest is not null) return latest;
        foreach (var addresses in wire)
            if (addresses.OfferOf.TryGetValue(client, out var offered) && IsUsable(addresses, offered)) return (addresses, offered);
        if (requested?.ToNumber() is not { } wanted) return null;
        foreach (var addresses in wire)
            if (IsUsable(addresses, wanted)) return (addresses, wanted);
        return null;
    }

    /// <summary>The next address of the first pool that has one.</summary>
    private AddressChoice ChooseNext(SubnetAddresses[] wire, LeaseClient client, DateTimeOffset now, Func<HardwareAddress, bool>? isKnown)
    {
        PoolUsage? exhausted = null;
        foreach (var addresses in wire)
        {
            if (addresses.PoolSize == 0) continue;
            if (addresses.Exhausted is not { } usage || now < usage.At || (usage.FirstFree <= now && (addresses.PoolSize <= LargePool || now - usage.At >= SearchPause)))
            {
                if (addresses.FindNext((Table: this, client, now), static (a, who) => who.Table.IsFreeFor(who.client, a, who.now)) is { } found) return Hold(addresses, client, found, now);
                usage = addresses.Exhausted = CountUsage(addresses, now, isKnown ?? (_ => false));
            }

            exhausted = exhausted is null ? usage : exhausted + usage;
        }

        return exhausted is null
            ? new AddressChoice(AddressChoiceStatus.NoReservation, IPAddress.Any)
            : new AddressChoice(AddressChoiceStatus.PoolExhausted, IPAddress.Any, Usage: exhausted);
    }

    /// <summary>
    /// The address that was offered to an unknown machine longest ago and not acknowledged to it since: made-up machines that ask for every
    /// address keep none from a known one.
    /// </summary>
    private (SubnetAddresses Subnet, uint Address)? FindStrangersOffer(SubnetAddresses[] wire, Func<HardwareAddress, bool> isKnown, DateTimeOffset now)
    {
        (SubnetAddresses Subnet, uint Address)? oldest = null;
        var end = DateTimeOffset.MaxValue;
        foreach (var addresses in wire)
        {
            foreach (var (client, address) in addresses.OfferOf)
            {
                var until = offers[address].Until;
                if (until >= end || addresses.IsWithheld(address) || writers.ContainsKey(address) || isKnown(client.HardwareAddress)) continue;
                if (leases.TryGetValue(address, out var lease) && lease.Expires > now) continue;
                (oldest, end) = ((addresses, address), until);
            }
        }

        return oldest;
    }

    /// <summary>The address that the client was last bound to: by its identifier, and where that is not on record by its hardware address.</summary>
    private uint? FindLast(SubnetAddresses addresses, LeaseClient client)
    {
        if (addresses.LeaseOf.Find(client.Identifier) is { } last) return last;
        return addresses.LeaseOf.Find(client.HardwareAddress) is { } other && IsBoundTo(leases[other], client) ? other : null;
    }

    private AddressChoice Hold(SubnetAddresses addresses, LeaseClient client, uint address, DateTimeOffset now)
    {
        var lease = leases.GetValueOrDefault(address);
        var wasHeld = lease is not null && IsBoundTo(lease, client);
        var wasProbed = wasHeld || (offers.TryGetValue(address, out var before) && before.Client == client && before.Probed);
        if (offers.TryGetValue(address, out var stale) && stale.Client != client) addresses.OfferOf.Remove(stale.Client);
        DropOffer(addresses, client);
        offers[address] = new Offer(client, now + OfferHold, wasProbed);
        addresses.OfferOf[client] = address;
        return new AddressChoice(
            AddressChoiceStatus.Found, Ipv4.FromNumber(address), NeedsProbe: !wasProbed, HeldUntil: wasHeld && lease!.Expires > now ? lease.Expires : null,
            Subnet: addresses.Subnet);
    }

    private void DropOffer(SubnetAddresses addresses, LeaseClient client)
    {
        if (!addresses.OfferOf.Remove(client, out var address)) return;
        if (offers.TryGetValue(address, out var offer) && offer.Client == client) offers.Remove(address);
        if (!(leases.TryGetValue(address, out var lease) && lease.Expires > time.GetUtcNow())) addresses.Exhausted = null;
    }

    private PoolUsage CountUsage(SubnetAddresses addresses, DateTimeOffset now, Func<HardwareAddress, bool> isKnown)
    {
        int bound = 0, known = 0, quarantined = 0, offered = 0, withheld = 0;
        var holders = new List<Lease>();
        var firstFree = DateTimeOffset.MaxValue;
        foreach (var address in addresses.PoolAddresses())
        {
            if (addresses.IsWithheld(address))
            {
                withheld++;
                continue;
            }

            var freeAt = now;
            if (leases.TryGetValue(address, out var lease) && lease.Expires > now)
            {
                if (lease.State == LeaseState.Bound) bound++;
                else quarantined++;
                if (lease.State == LeaseState.Bound && isKnown(lease.Client)) known++;
                holders.Add(lease);
                freeAt = lease.Expires;
            }
            else
            {
                offered++;
            }

            if (offers.TryGetValue(address, out var offer) && offer.Holds(now) && offer.Until > freeAt) freeAt = offer.Until;
            if (freeAt < firstFree) firstFree = freeAt;
        }

        return new PoolUsage(
            now, addresses.PoolSize, bound, known, quarantined, offered, withheld,
            firstFree == DateTimeOffset.MaxValue ? null : firstFree, [.. holders.OrderBy(l => l.Expires).Take(PoolUsage.HoldersShown)]);
    }
}
