using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Settings;

/// <summary>What to do at start when another DHCP server answers on the wire.</summary>
public enum ForeignServers
{
    Refuse,
    Warn,
    Ignore,
}

public sealed record DhcpSettings
{
    public DhcpMode Mode { get; init; } = DhcpMode.Pool;

    public AnswerPolicy Answer { get; init; } = AnswerPolicy.All;

    public ForeignServers ForeignServers { get; init; } = ForeignServers.Refuse;

    /// <summary>ARP before an address is offered.</summary>
    public bool ProbeAddresses { get; init; } = true;

    /// <summary>Empty in mode <see cref="DhcpMode.Pool"/>: one subnet, made from the interface's address at start.</summary>
    public IReadOnlyList<SubnetSettings> Subnets { get; init; } = [];
}

public sealed record SubnetSettings
{
    public required IPNetwork Prefix { get; init; }

    /// <summary>Null: only reservations.</summary>
    public AddressPool? Pool { get; init; }

    public IPAddress? Router { get; init; }

    public IReadOnlyList<IPAddress> DnsServers { get; init; } = [];

    public IReadOnlyList<IPAddress> NtpServers { get; init; } = [];

    public string DomainName { get; init; } = "";

    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For machines that are no node, and for the PXE phase.</summary>
    public TimeSpan UnknownLeaseTime { get; init; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<ReservationSettings> Reservations { get; init; } = [];
}

public sealed record ReservationSettings
{
    public required HardwareAddress Mac { get; init; }

    public required IPAddress Address { get; init; }

    public string HostName { get; init; } = "";
}
