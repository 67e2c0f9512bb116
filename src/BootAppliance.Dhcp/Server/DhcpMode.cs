namespace BootAppliance.Dhcp.Server;

/// <summary>What part the DHCP server plays on its network.</summary>
public enum DhcpMode
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Adds boot information to another server's offers and gives no addresses (proxyDHCP), but to clients that have a reservation.</summary>
    Proxy,

    /// <summary>Gives addresses to clients that have a reservation.</summary>
    Reservations,

    /// <summary>Gives addresses from reservations and pools.</summary>
    Pool,
}

/// <summary>Which clients are answered.</summary>
public enum AnswerPolicy
{
    /// <summary>All.</summary>
    All,

    /// <summary>Only those that boot from the network.</summary>
    PxeOnly,

    /// <summary>Nobody: a subnet that is only written down.</summary>
    None,

    /// <summary>Only machines that we were told about, as nodes or by a reservation.</summary>
    Known,
}
