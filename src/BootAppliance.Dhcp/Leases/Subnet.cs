using System.Collections.Frozen;
using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>A network whose machines are given addresses, and what they are told about it.</summary>
public sealed record Subnet
{
    private readonly FrozenDictionary<HardwareAddress, Reservation> reservationOf = FrozenDictionary<HardwareAddress, Reservation>.Empty;

    /// <summary>The network; its mask is option 1.</summary>
    public required IPNetwork Prefix { get; init; }

    /// <summary>The wire that it shares with every other subnet of the same name; null: a wire of its own.</summary>
    public string? SharedNetwork { get; init; }

    /// <summary>The ranges to draw from; without one only reservations are served.</summary>
    public IReadOnlyList<AddressPool> Pools { get; init; } = [];

    /// <summary>Option 3.</summary>
    public IPAddress? Router { get; init; }

    /// <summary>Option 6.</summary>
    public IReadOnlyList<IPAddress> DnsServers { get; init; } = [];

    /// <summary>Option 42.</summary>
    public IReadOnlyList<IPAddress> NtpServers { get; init; } = [];

    /// <summary>Option 15.</summary>
    public string? DomainName { get; init; }

    /// <summary>What else the machines are told when they ask for it.</summary>
    public IReadOnlyList<SubnetOption> Options { get; init; } = [];

    /// <summary>The server of the next boot step (<c>siaddr</c>, 66); null: this one. URLs stay this server's.</summary>
    public IPAddress? NextServer { get; init; }

    /// <summary>Who is answered here; null: whoever is answered everywhere.</summary>
    public AnswerPolicy? Answer { get; init; }

    /// <summary>How long a known machine holds its address.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long an unknown machine, and any machine's PXE firmware, holds its address.</summary>
    public TimeSpan UnknownLeaseTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time that any client is told.</summary>
    public TimeSpan LongestLease => LeaseTime > UnknownLeaseTime ? LeaseTime : UnknownLeaseTime;

    /// <summary>The addresses that belong to one client each.</summary>
    public IReadOnlyList<Reservation> Reservations
    {
        get;
        init => (field, reservationOf) = (value, value.ToFrozenDictionary(r => r.Client));
    } = [];

    /// <summary>The mask, option 1.</summary>
    public IPAddress Mask => Ipv4.FromNumber(Prefix.Mask());

    /// <summary>The reservation of a client, if it has one here.</summary>
    public Reservation? ReservationFor(HardwareAddress client) => reservationOf.GetValueOrDefault(client);
}
