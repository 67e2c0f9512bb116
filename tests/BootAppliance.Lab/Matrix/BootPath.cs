using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Network;

namespace BootAppliance.Lab.Matrix;

/// <summary>What lies between a machine and the appliance.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Summary">What it is, in a few words.</param>
/// <param name="Lay">Lays it in a lab whose appliance runs and knows its node.</param>
public sealed record BootPath(string Name, string Summary, Func<BootLab, Task<LaidPath>> Lay)
{
    private const int Seed = 7;
    private static readonly string[] proxy = ["--Dhcp:Mode=Proxy"];
    private static readonly string[] off = ["--Dhcp:Mode=Off"];
    private static readonly (string, string) othersLease = (OtherDhcpServer.Leases, OtherDhcpServer.Address);

    /// <summary>The same wire.</summary>
    public static readonly BootPath Direct = new("direct", "one wire", async lab => new(await lab.Bridge.AddSocket()));

    /// <summary>A wire that loses, delays and doubles frames.</summary>
    public static readonly BootPath LossyWire = new("lossy", "a wire that loses 5 % of the frames", async lab =>
    {
        var wire = await Network.LossyWire.Lay(lab.Home, lab.Bridge, Seed);
        return new(wire.Socket, wire, () => wire.Counts.ToString());
    });

    /// <summary>A router with a relay agent, and another network behind it.</summary>
    public static readonly BootPath Relay = new("relay", "through a router with dhcrelay", async lab =>
    {
        var segment = await RelayedSegment.Create(lab.Home, lab.Bridge, number: 1);
        return new(await segment.Bridge.AddSocket(), segment);
    })
    {
        Settings = RelayedSegment.Settings(number: 1),
        Lease = ("198.18.1.100", LabSettings.Address),
        Needs = ("dhcrelay", "isc-dhcp-relay"),
    };

    /// <summary>dnsmasq gives the addresses.</summary>
    public static readonly BootPath BesideDnsmasq = new("dnsmasq", "proxy mode beside dnsmasq", async lab =>
        new(await lab.Bridge.AddSocket(), await OtherDhcpServer.StartDnsmasq(lab.Bridge)))
    {
        Settings = proxy,
        Lease = othersLease,
        Needs = ("dnsmasq", "dnsmasq-base"),
    };

    /// <summary>Kea gives the addresses.</summary>
    public static readonly BootPath BesideKea = new("kea", "proxy mode beside Kea", async lab =>
        new(await lab.Bridge.AddSocket(), await OtherDhcpServer.StartKea(lab.Bridge)))
    {
        Settings = proxy,
        Lease = othersLease,
        Needs = ("kea-dhcp4", "kea-dhcp4-server"),
    };

    /// <summary>dnsmasq gives the addresses and says what to boot, with the settings that the appliance exports for it.</summary>
    public static readonly BootPath ExportedToDnsmasq = new("export-dnsmasq", "no DHCP, dnsmasq with the export", async lab =>
        new(await lab.Bridge.AddSocket(), await OtherDhcpServer.StartDnsmasq(lab.Bridge, await lab.ExportDhcp("dnsmasq"))))
    {
        Settings = off,
        Lease = othersLease,
        Needs = ("dnsmasq", "dnsmasq-base"),
        SeesDhcp = false,
    };

    /// <summary>Kea gives the addresses and says what to boot, with the settings that the appliance exports for it.</summary>
    public static readonly BootPath ExportedToKea = new("export-kea", "no DHCP, Kea with the export", async lab =>
        new(await lab.Bridge.AddSocket(), await OtherDhcpServer.StartKea(lab.Bridge, await lab.ExportDhcp("kea"))))
    {
        Settings = off,
        Lease = othersLease,
        Needs = ("kea-dhcp4", "kea-dhcp4-server"),
        SeesDhcp = false,
    };

    /// <summary>What the appliance must be told, as arguments.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How the address of the guest begins, and who gives it.</summary>
    public (string Address, string Server) Lease { get; init; } = ("192.0.2.100", LabSettings.Address);

    /// <summary>The program that it needs, and the Debian package that has it.</summary>
    public (string Program, string Package)? Needs { get; init; }

    /// <summary>Whether the appliance hears what machines say to DHCP servers.</summary>
    public bool SeesDhcp { get; init; } = true;

    /// <summary>Whether somebody else gives the addresses.</summary>
    public bool IsProxied => Lease.Server != LabSettings.Address;

    /// <summary>Why this machine cannot lay it, or null.</summary>
    public string? FindObstacle() => Needs is var (program, package) ? MissingPackage.Find(program, package) : null;
}
