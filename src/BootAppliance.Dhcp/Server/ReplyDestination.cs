using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>The ways to reach a client.</summary>
public enum ReplyPath
{
    /// <summary>To the relay's server port, which passes it on.</summary>
    Relay,

    /// <summary>To the address that the client has.</summary>
    ClientAddress,

    /// <summary>To everybody on the link.</summary>
    Broadcast,

    /// <summary>Back to where a question to port 4011 came from.</summary>
    BootServerClient,

    /// <summary>To the hardware address, with the address that the client does not have yet in the IP header.</summary>
    HardwareAddress,
}

/// <summary>Where a reply goes; on port 67 the packet's source plays no part in it (RFC 2131 section 4.1).</summary>
/// <param name="Path">How.</param>
/// <param name="Address">The IP destination.</param>
/// <param name="HardwareAddress">The client's hardware address, for <see cref="ReplyPath.HardwareAddress"/>.</param>
public readonly record struct ReplyDestination(ReplyPath Path, IPAddress Address, HardwareAddress HardwareAddress)
{
    /// <summary>The UDP port, with the ports of servers and clients as they are set.</summary>
    public int PortWith(int serverPort, int clientPort) => Path switch
    {
        ReplyPath.Relay => serverPort,
        ReplyPath.BootServerClient => SourcePort,
        _ => clientPort,
    };

    private int SourcePort { get; init; }

    /// <summary>
    /// The answer to a question on port 4011: back to where it came from, as anything else could be used against somebody. Some ROMs ask from
    /// port 4011, others from 68.
    /// </summary>
    public static ReplyDestination ForBootServerClient(DhcpMessage request, IPEndPoint source)
    {
        var address = source.Address.Equals(IPAddress.Any) ? request.ClientAddress : source.Address;
        return new(ReplyPath.BootServerClient, address, request.ClientHardwareAddress) { SourcePort = source.Port };
    }

    /// <summary>Decides by the request and the reply alone.</summary>
    public static ReplyDestination For(DhcpMessage request, DhcpMessage reply)
    {
        // RFC 2131 section 4.1: "If the 'giaddr' field in a DHCP message from a client is non-zero, the server sends any return messages to
        // the 'DHCP server' port on the BOOTP relay agent whose address appears in 'giaddr'."
        if (request.IsRelayed) return new(ReplyPath.Relay, request.RelayAddress, request.ClientHardwareAddress);

        // "In all cases, when 'giaddr' is zero, the server broadcasts any DHCPNAK messages to 0xffffffff."
        if (reply.MessageType == DhcpMessageType.Nak) return new(ReplyPath.Broadcast, IPAddress.Broadcast, request.ClientHardwareAddress);

        // "If the 'giaddr' field is zero and the 'ciaddr' field is nonzero, then the server unicasts DHCPOFFER and DHCPACK messages to the
        // address in 'ciaddr'."
        if (!request.ClientAddress.Equals(IPAddress.Any)) return new(ReplyPath.ClientAddress, request.ClientAddress, request.ClientHardwareAddress);

        // "If 'giaddr' is zero and 'ciaddr' is zero, and the broadcast bit is set, then the server broadcasts DHCPOFFER and DHCPACK
        // messages to 0xffffffff."
        // A proxy's offer has no 'yiaddr' that could be sent to.
        if (request.BroadcastFlag || reply.YourAddress.Equals(IPAddress.Any)) return new(ReplyPath.Broadcast, IPAddress.Broadcast, request.ClientHardwareAddress);

        // "If the broadcast bit is not set and 'giaddr' is zero and 'ciaddr' is zero, then the server unicasts DHCPOFFER and DHCPACK
        // messages to the client's hardware address and 'yiaddr' address."
        return new(ReplyPath.HardwareAddress, reply.YourAddress, request.ClientHardwareAddress);
    }
}
