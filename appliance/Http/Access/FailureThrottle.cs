using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Http.Access;

/// <summary>
/// Makes an address that sends wrong passwords wait, from the fifth on, each time twice as long. Addresses know nothing of each other. A right password
/// takes nothing back: where many come from one address, those who log in rightly would else buy tries for one who guesses.
/// </summary>
internal sealed class FailureThrottle(TimeProvider time)
{
    public const int FreeFailures = 5;
    public const int MaximumAddresses = 4096;

    private const int Ipv6NetworkBytes = 8;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgetting = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Failures> addresses = [];

    /// <summary>How long requests of an address are to be refused from now on.</summary>
    public TimeSpan WaitOf(IPAddress address)
    {
        lock (gate)
        {
            if (!addresses.TryGetValue(Key(address), out var failures)) return TimeSpan.Zero;
            var wait = WaitAfter(failures.Count) - time.GetElapsedTime(failures.Last);
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Counts a failure, and tells how long the address has to wait for it.</summary>
    public TimeSpan Failed(IPAddress address)
    {
        var key = Key(address);
        lock (gate)
        {
            var count = addresses.TryGetValue(key, out var before) && !IsForgotten(before) ? before.Count + 1 : 1;
            if (count == 1) MakeRoom();
            addresses[key] = new Failures(count, time.GetTimestamp());
            return WaitAfter(count);
        }
    }

    private static TimeSpan WaitAfter(int failures)
    {
        if (failures < FreeFailures) return TimeSpan.Zero;
        // Beyond six doublings it is the longest wait in any case.
        var wait = FirstWait * (1 << Math.Min(failures - FreeFailures, 6));
        return wait < LongestWait ? wait : LongestWait;
    }

    private bool IsForgotten(Failures failures) => time.GetElapsedTime(failures.Last) >= Forgetting;

    private void MakeRoom()
    {
        if (addresses.Count < MaximumAddresses) return;
        foreach (var (address, failures) in addresses)
        {
            if (IsForgotten(failures)) addresses.Remove(address);
        }

        if (addresses.Count >= MaximumAddresses) addresses.Remove(addresses.MinBy(entry => entry.Value.Last).Key);
    }

    /// <summary>One machine can have a whole /64 of IPv6 addresses for itself.</summary>
    private static IPAddress Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Ipv6NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private readonly record struct Failures(int Count, long Last);
}
