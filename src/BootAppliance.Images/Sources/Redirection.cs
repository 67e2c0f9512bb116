using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Images;

/// <summary>Which redirects are followed: a server that images come from shall not choose among the services that only this machine can reach.</summary>
internal static class Redirection
{
    private const int Most = 5;

    private enum Reach
    {
        Everybody,

        /// <summary>Where clouds and management controllers serve credentials (RFC 3927, RFC 4291 section 2.5.6).</summary>
        Link,

        /// <summary>Where the management plane listens, which asks nobody for a password there.</summary>
        ThisMachine,
    }

    /// <summary>Why a redirect is not followed, in one sentence without its full stop; null: it is.</summary>
    /// <param name="from">Who redirects.</param>
    /// <param name="to">Where to; null: that is no URL.</param>
    /// <param name="before">How many redirects were followed before.</param>
    /// <param name="cancellation">Ends the look-up of names.</param>
    /// <param name="lookUp">How a name is looked up; null: as the system does.</param>
    public static async Task<string?> FindProblemAsync(Uri from, Uri? to, int before, CancellationToken cancellation, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
    {
        if (to is null) return $"{from.Host} redirects to nowhere";
        if (before == Most) return $"{from.Host} redirects in a circle, or more than {Most} times";
        if (to.Scheme is not ("http" or "https")) return $"{from.Host} redirects to a URL that is neither http nor https";
        if (from.Scheme == "https" && to.Scheme == "http") return $"{from.Host} redirects from https to http, to {to.Host}";
        if (to.Authority == from.Authority) return null;
        var reach = await ReachOfAsync(to, lookUp ?? Dns.GetHostAddressesAsync, cancellation);
        return reach == Reach.Everybody || reach == ReachBefore(from) ? null : $"{from.Host} redirects to {to.Host}, which is for {(reach == Reach.Link ? "neighbours on the same link" : "this machine")} only";
    }

    /// <summary>Whoever owns a name chooses what it resolves to, also from one moment to the next: only what says by itself where it is gets further than everybody.</summary>
    private static Reach ReachBefore(Uri url) => IPAddress.TryParse(url.DnsSafeHost, out var address) ? ReachOf(address) : url.Host == "localhost" ? Reach.ThisMachine : Reach.Everybody;

    private static async Task<Reach> ReachOfAsync(Uri url, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(url.DnsSafeHost, out var address)) return ReachOf(address);
        try
        {
            return (await lookUp(url.DnsSafeHost, cancellation)).Select(ReachOf).DefaultIfEmpty().Max();
        }
        catch (Exception nobody) when (nobody is SocketException or ArgumentException)
        {
            // Whoever connects will hear it too, and has the words for it. A name that is too long is an ArgumentException.
            return Reach.Everybody;
        }
    }

    private static Reach ReachOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return Reach.ThisMachine;
        return address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _] ? Reach.Link : Reach.Everybody;
    }
}
