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

    /// <summary>By what clients are told apart that do not boot from the network.</summary>
    public LeaseKey LeaseKey { get; init; } = LeaseKey.Mac;

    public ForeignServers ForeignServers { get; init; } = ForeignServers.Refuse;

    /// <summary>Other DHCP servers that may be there; by their own address or by what they say in option 54.</summary>
    public IReadOnlyList<IPAddress> KnownServers { get; init; } = [];

    /// <summary>ARP before an address is offered.</summary>
    public bool ProbeAddresses { get; init; } = true;

    /// <summary>Empty in mode <see cref="DhcpMode.Pool"/>: one subnet, made from the interface's address at start.</summary>
    public IReadOnlyList<SubnetSettings> Subnets { get; init; } = [];
}

public sealed record SubnetSettings
{
    public required IPNetwork Prefix { get; init; }

    /// <summary>The wire that it shares with every other subnet of the same name; empty: a wire of its own.</summary>
    public string SharedNetwork { get; init; } = "";

    /// <summary>Null: like <see cref="DhcpSettings.Answer"/>.</summary>
    public AnswerPolicy? Answer { get; init; }

    /// <summary>Null: this appliance.</summary>
    public IPAddress? NextServer { get; init; }

    /// <summary>Null: only reservations.</summary>
    public AddressPool? Pool { get; init; }

    public IPAddress? Router { get; init; }

    public IReadOnlyList<IPAddress> DnsServers { get; init; } = [];

    public IReadOnlyList<IPAddress> NtpServers { get; init; } = [];

    public string DomainName { get; init; } = "";

    public IReadOnlyList<string> DomainSearch { get; init; } = [];

    public IReadOnlyList<StaticRouteSettings> StaticRoutes { get; init; } = [];

    /// <summary>Bytes; null: machines are not told.</summary>
    public int? InterfaceMtu { get; init; }

    /// <summary>Option 150; empty: the next server, to boot clients that ask for it.</summary>
    public IReadOnlyList<IPAddress> TftpServers { get; init; } = [];

    /// <summary>The largest block of TFTP in bytes towards this subnet; null: like <see cref="TftpSettings.MaxBlockSize"/>.</summary>
    public int? TftpMaxBlockSize { get; init; }

    public Uri? CaptivePortal { get; init; }

    public IReadOnlyList<OptionSettings> Options { get; init; } = [];

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

public sealed record StaticRouteSettings
{
    public required IPNetwork Prefix { get; init; }

    /// <summary>0.0.0.0: the prefix is on the link itself.</summary>
    public required IPAddress Router { get; init; }
}

/// <summary>An option of the operator's own.</summary>
public sealed record OptionSettings
{
    public required byte Code { get; init; }

    public required DhcpOptionValueType Type { get; init; }

    public required string Value { get; init; }

    /// <summary>Whether machines are told without asking.</summary>
    public bool Always { get; init; }
}
