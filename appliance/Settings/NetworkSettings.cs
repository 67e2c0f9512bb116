using System.Net;

namespace BootAppliance.Settings;

/// <summary>Where the boot plane listens.</summary>
public sealed record NetworkSettings
{
    /// <summary>The provisioning interface; empty: no DHCP, the rest on loopback.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Handed out as next server and in URLs; null: the interface's first IPv4 address.</summary>
    public IPAddress? Address { get; init; }
}
