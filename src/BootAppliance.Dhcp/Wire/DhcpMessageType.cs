namespace BootAppliance.Dhcp.Wire;

/// <summary>What a message is for: option 53 (RFC 2132 section 9.6).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>DHCPDISCOVER: a client looks for servers.</summary>
    Discover = 1,

    /// <summary>DHCPOFFER: a server offers an address.</summary>
    Offer = 2,

    /// <summary>DHCPREQUEST: a client takes an offer, checks its address, or extends its lease.</summary>
    Request = 3,

    /// <summary>DHCPDECLINE: a client found its address in use.</summary>
    Decline = 4,

    /// <summary>DHCPACK: a server commits an address.</summary>
    Ack = 5,

    /// <summary>DHCPNAK: a server tells a client that its address is wrong.</summary>
    Nak = 6,

    /// <summary>DHCPRELEASE: a client gives its address back.</summary>
    Release = 7,

    /// <summary>DHCPINFORM: a client that has an address asks for the rest.</summary>
    Inform = 8,
}

/// <summary>How message types are written in logs.</summary>
public static class DhcpMessageTypeNames
{
    /// <summary>The name as in the RFC, for example <c>DHCPDISCOVER</c>.</summary>
    public static string ToRfcName(this DhcpMessageType type) => type switch
    {
        DhcpMessageType.Discover => "DHCPDISCOVER",
        DhcpMessageType.Offer => "DHCPOFFER",
        DhcpMessageType.Request => "DHCPREQUEST",
        DhcpMessageType.Decline => "DHCPDECLINE",
        DhcpMessageType.Ack => "DHCPACK",
        DhcpMessageType.Nak => "DHCPNAK",
        DhcpMessageType.Release => "DHCPRELEASE",
        DhcpMessageType.Inform => "DHCPINFORM",
        _ => $"DHCP message type {(byte)type}",
    };
}
