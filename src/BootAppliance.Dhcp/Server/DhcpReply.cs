using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>What the packet itself does not say: where and how it arrived.</summary>
/// <param name="Interface">The network interface.</param>
/// <param name="ServerAddress">Our address there: option 54, and the next server unless something else is chosen.</param>
/// <param name="IsUnicast">Whether it was sent to our address, as clients do when they renew.</param>
public sealed record DhcpArrival(string Interface, IPAddress ServerAddress, bool IsUnicast)
{
    /// <summary>Who asked at port 4011, where the answer goes back to; null on port 67.</summary>
    public IPEndPoint? BootServerClient { get; init; }
}

/// <summary>An answer that is ready to be sent.</summary>
/// <param name="Message">The message.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="MaximumLength">The most bytes of UDP payload that the client takes.</param>
/// <param name="Exchange">What it means, for those who watch.</param>
public sealed record DhcpReply(DhcpMessage Message, ReplyDestination Destination, int MaximumLength, DhcpExchange Exchange);
