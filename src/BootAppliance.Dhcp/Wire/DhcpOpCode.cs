namespace BootAppliance.Dhcp.Wire;

/// <summary>The direction of a message: the <c>op</c> field (RFC 2131 section 2).</summary>
public enum DhcpOpCode : byte
{
    /// <summary>From a client to a server.</summary>
    BootRequest = 1,

    /// <summary>From a server to a client.</summary>
    BootReply = 2,
}
