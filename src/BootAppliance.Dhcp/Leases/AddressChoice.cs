using System.Net;

namespace BootAppliance.Dhcp.Leases;

/// <summary>How the search for a client's address ended.</summary>
public enum AddressChoiceStatus
{
    /// <summary>There is one, held for the client for a moment.</summary>
    Found,

    /// <summary>The client has no reservation, and there is no pool.</summary>
    NoReservation,

    /// <summary>The client's reserved address is held by another, or quarantined.</summary>
    ReservationInUse,

    /// <summary>No address of the pool is free.</summary>
    PoolExhausted,
}

/// <summary>The address to offer to a client, or why there is none.</summary>
/// <param name="Status">How the search ended.</param>
/// <param name="Address">The address found; otherwise 0.0.0.0, or the reserved address that is in use.</param>
/// <param name="NeedsProbe">Whether nobody has yet looked if a stranger uses the address: the client never held it.</param>
/// <param name="HeldUntil">When the lease that the client has for it ends; null without one.</param>
/// <param name="Usage">Who has the addresses, when the pool is exhausted.</param>
/// <param name="Subnet">The subnet of the address, when there is one: it need not be the one that was asked for, but is on its wire.</param>
public readonly record struct AddressChoice(
    AddressChoiceStatus Status, IPAddress Address, bool NeedsProbe = false, DateTimeOffset? HeldUntil = null, PoolUsage? Usage = null, Subnet? Subnet = null);

/// <summary>Where a pool's addresses went; its text is for the operator.</summary>
/// <param name="At">When they were counted, UTC.</param>
/// <param name="Size">Addresses in the pools.</param>
/// <param name="Bound">Addresses acknowledged to clients.</param>
/// <param name="Known">How many of these clients are machines that we were told about.</param>
/// <param name="Quarantined">Addresses in use by strangers.</param>
/// <param name="Offered">Addresses offered a moment ago, or being acknowledged.</param>
/// <param name="Withheld">Addresses that are reserved, or the network's own.</param>
/// <param name="FirstFree">When the next one is free; null: none ever.</param>
/// <param name="Holders">The leases that end first.</param>
public sealed record PoolUsage(
    DateTimeOffset At, long Size, int Bound, int Known, int Quarantined, int Offered, int Withheld, DateTimeOffset? FirstFree, IReadOnlyList<Lease> Holders)
{
    /// <summary>How many holders are listed; the counts have them all.</summary>
    internal const int HoldersShown = 8;

    /// <summary>The usage of several pools as one.</summary>
    public static PoolUsage operator +(PoolUsage one, PoolUsage other) => new(
        one.At, one.Size + other.Size, one.Bound + other.Bound, one.Known + other.Known, one.Quarantined + other.Quarantined, one.Offered + other.Offered, one.Withheld + other.Withheld,
        one.FirstFree is null || other.FirstFree < one.FirstFree ? other.FirstFree : one.FirstFree,
        [.. one.Holders.Concat(other.Holders).OrderBy(l => l.Expires).Take(HoldersShown)]);

    /// <inheritdoc/>
    public override string ToString()
    {
        var next = FirstFree is { } at ? $"next free at {at:HH:mm:ss} UTC" : "none will become free";
        var holders = Holders.Count == 0 ? "" : $"; held by {string.Join(", ", Holders.Select(l => $"{l.Address} {l.Client} until {l.Expires:HH:mm:ss}"))}";
        return $"{Size} addresses: {Bound} bound ({Known} to known machines, {Bound - Known} to unknown ones), {Quarantined} quarantined, {Offered} offered, {Withheld} withheld; {next}{holders}";
    }
}

/// <summary>What there is between a client and an address that it claims.</summary>
public enum AddressStanding
{
    /// <summary>It has, or last had, this address, or it is reserved for it; nobody else may have it now.</summary>
    Held,

    /// <summary>Nobody has it, and the client may: a pool address without a record of this client.</summary>
    Free,

    /// <summary>It is another's, or out of use.</summary>
    Taken,

    /// <summary>It is not in the client's subnet.</summary>
    WrongSubnet,

    /// <summary>It is in the subnet, but neither in a pool nor reserved for the client: whoever gave it was not us.</summary>
    Unknown,
}

/// <summary>How an acknowledgement ended.</summary>
public enum LeaseGrantStatus
{
    /// <summary>The address is durably the client's for <see cref="LeaseGrant.TimeLeft"/>.</summary>
    Granted,

    /// <summary>It cannot be the client's.</summary>
    Taken,

    /// <summary>The store failed, and the client has no durable lease that could carry it on.</summary>
    StoreUnavailable,
}

/// <summary>The result of an acknowledgement.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="TimeLeft">How long the lease runs, counted from when the client was heard: that is when its own count began (RFC 2131
/// section 4.4.1).</param>
/// <param name="Failure">Why the store failed, also where an older lease carries the client on.</param>
public readonly record struct LeaseGrant(LeaseGrantStatus Status, TimeSpan TimeLeft, Exception? Failure = null);
