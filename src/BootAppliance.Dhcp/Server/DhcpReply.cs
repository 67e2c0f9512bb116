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

/// <summary>An answer that is ready to be sent; when it is, its memory can hold the next one.</summary>
public sealed class DhcpReply
{
    private readonly DhcpMessage reusable = DhcpMessage.MakeReusable();
    private readonly DhcpOptionsBuilder options = new();

    /// <summary>Memory for answers.</summary>
    public DhcpReply() => Message = reusable;

    /// <summary>The message.</summary>
    public DhcpMessage Message { get; private set; }

    /// <summary>Where it goes.</summary>
    public ReplyDestination Destination { get; private set; }

    /// <summary>The most bytes of UDP payload that the client takes.</summary>
    public int MaximumLength { get; private set; }

    /// <summary>What it means, for those who watch.</summary>
    public DhcpExchange Exchange { get; private set; }

    /// <summary>Begins the options of the next answer.</summary>
    internal DhcpOptionsBuilder Begin() => options.Clear();

    /// <summary>Makes the message of the next answer.</summary>
    internal DhcpMessage Write(DhcpMessage.Header header)
    {
        reusable.Rewrite(header);
        return reusable;
    }

    /// <summary>Takes the message as it is to be sent.</summary>
    internal DhcpReply Finish(DhcpMessage message, ReplyDestination destination, int maximumLength, in DhcpExchange exchange)
    {
        (Message, Destination, MaximumLength, Exchange) = (message, destination, maximumLength, exchange);
        return this;
    }
}
