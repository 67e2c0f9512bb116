namespace BootAppliance.Dhcp.Wire;

/// <summary>The options that this server reads or writes, by the names of their RFCs.</summary>
public enum DhcpOptionCode : byte
{
    /// <summary>Fills; has no length and no value (RFC 2132 section 3.1).</summary>
    Pad = 0,

    /// <summary>Subnet Mask (RFC 2132 section 3.3).</summary>
    SubnetMask = 1,

    /// <summary>Router (RFC 2132 section 3.5).</summary>
    Router = 3,

    /// <summary>Domain Name Server (RFC 2132 section 3.8).</summary>
    DomainNameServer = 6,

    /// <summary>Host Name (RFC 2132 section 3.14).</summary>
    HostName = 12,

    /// <summary>Domain Name (RFC 2132 section 3.17).</summary>
    DomainName = 15,

    /// <summary>Interface MTU (RFC 2132 section 5.1).</summary>
    InterfaceMtu = 26,

    /// <summary>Broadcast Address (RFC 2132 section 5.3).</summary>
    BroadcastAddress = 28,

    /// <summary>Network Time Protocol Servers (RFC 2132 section 8.3).</summary>
    NtpServers = 42,

    /// <summary>Vendor Specific Information; for PXE see <see cref="PxeVendorOption"/> (RFC 2132 section 8.4).</summary>
    VendorSpecificInformation = 43,

    /// <summary>Requested IP Address (RFC 2132 section 9.1).</summary>
    RequestedAddress = 50,

    /// <summary>IP Address Lease Time, seconds (RFC 2132 section 9.2).</summary>
    LeaseTime = 51,

    /// <summary>Option Overload: <c>file</c> (1), <c>sname</c> (2) or both (3) hold options (RFC 2132 section 9.3).</summary>
    OptionOverload = 52,

    /// <summary>DHCP Message Type (RFC 2132 section 9.6).</summary>
    MessageType = 53,

    /// <summary>Server Identifier: who answers; not <c>siaddr</c> (RFC 2132 section 9.7).</summary>
    ServerIdentifier = 54,

    /// <summary>Parameter Request List (RFC 2132 section 9.8).</summary>
    ParameterRequestList = 55,

    /// <summary>Message: why a NAK was sent (RFC 2132 section 9.9).</summary>
    Message = 56,

    /// <summary>Maximum DHCP Message Size, bytes of the IP datagram (RFC 2132 section 9.10).</summary>
    MaximumMessageSize = 57,

    /// <summary>Renewal (T1) Time, seconds (RFC 2132 section 9.11).</summary>
    RenewalTime = 58,

    /// <summary>Rebinding (T2) Time, seconds (RFC 2132 section 9.12).</summary>
    RebindingTime = 59,

    /// <summary>Vendor class identifier: <c>PXEClient…</c>, <c>HTTPClient…</c> (RFC 2132 section 9.13).</summary>
    VendorClassIdentifier = 60,

    /// <summary>Client Identifier; echoed by RFC 6842 (RFC 2132 section 9.14).</summary>
    ClientIdentifier = 61,

    /// <summary>TFTP server name (RFC 2132 section 9.4).</summary>
    TftpServerName = 66,

    /// <summary>Bootfile name (RFC 2132 section 9.5).</summary>
    BootFileName = 67,

    /// <summary>User Class (RFC 3004).</summary>
    UserClass = 77,

    /// <summary>Relay Agent Information: echoed, last before End (RFC 3046).</summary>
    RelayAgentInformation = 82,

    /// <summary>Client System Architecture: a list of 16-bit values (RFC 4578 section 2.1).</summary>
    ClientArchitecture = 93,

    /// <summary>Client Network Interface Identifier: the UNDI version (RFC 4578 section 2.2).</summary>
    ClientNetworkInterface = 94,

    /// <summary>Client Machine Identifier: a zero byte, then a UUID; some ROMs omit it (RFC 4578 section 2.3).</summary>
    ClientMachineIdentifier = 97,

    /// <summary>Captive-Portal: a URI (RFC 8910).</summary>
    CaptivePortal = 114,

    /// <summary>Subnet Selection (RFC 3011).</summary>
    SubnetSelection = 118,

    /// <summary>Domain Search (RFC 3397).</summary>
    DomainSearch = 119,

    /// <summary>Classless Static Route (RFC 3442).</summary>
    ClasslessStaticRoute = 121,

    /// <summary>TFTP Server Address (RFC 5859).</summary>
    TftpServerAddress = 150,

    /// <summary>Etherboot/iPXE encapsulated options; see <see cref="IpxeOption"/> (iPXE).</summary>
    IpxeEncapsulated = 175,

    /// <summary>PXELINUX magic (RFC 5071).</summary>
    PxeLinuxMagic = 208,

    /// <summary>PXELINUX configuration file (RFC 5071).</summary>
    PxeLinuxConfigFile = 209,

    /// <summary>PXELINUX path prefix (RFC 5071).</summary>
    PxeLinuxPathPrefix = 210,

    /// <summary>PXELINUX reboot time, seconds (RFC 5071).</summary>
    PxeLinuxRebootTime = 211,

    /// <summary>Ends the options; has no length and no value (RFC 2132 section 3.2).</summary>
    End = 255,
}
