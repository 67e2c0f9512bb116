namespace BootAppliance.Dhcp.Wire;

/// <summary>Why a datagram is not a DHCP message.</summary>
public enum DhcpParseError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Shorter than the fixed header and the magic cookie, 240 bytes.</summary>
    TooShort,

    /// <summary>The <c>op</c> field is neither BOOTREQUEST nor BOOTREPLY.</summary>
    UnknownOpCode,

    /// <summary>The <c>hlen</c> field is more than the 16 bytes of <c>chaddr</c>.</summary>
    HardwareAddressTooLong,

    /// <summary>The magic cookie is missing: plain BOOTP, or not for us at all.</summary>
    NoMagicCookie,

    /// <summary>An option's length leads beyond the end of its field.</summary>
    TruncatedOption,

    /// <summary>Option 53 is missing or not one byte: plain BOOTP.</summary>
    NoMessageType,
}
