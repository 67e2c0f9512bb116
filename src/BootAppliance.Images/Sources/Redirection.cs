using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Images;

/// <summary>The redirects of one request: a server that images come from shall not choose among the services that only this machine can reach.</summary>
/// <param name="lookUp">Says which addresses a name has.</param>
internal sealed class Redirection(Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    private const int Most = 5;

    private int followed;
    private (string From, Reach Reach)? leave;

    private enum Reach
    {
        Everybody,

        /// <summary>Where clouds and management controllers serve credentials (RFC 3927, RFC 4291 section 2.5.6).</summary>
        Link,

        /// <summary>Where the management plane listens, which asks nobody for a password there.</summary>
        ThisMachine,
    }

    /// <summary>Follows one; or says why not, in one sentence without its full stop.</summary>
    /// <param name="from">Who redirects.</param>
    /// <param name="to">Where to; null: that is no URL.</param>
    /// <param name="cancellation">Ends the look-up of names.</param>
    public async Task<string?> FollowAsync(Uri from, Uri? to, CancellationToken cancellation)
    {
        if (to is null) return $"{from.Host} redirects to nowhere";
        if (followed++ == Most) return $"{from.Host} redirects in a circle, or more than {Most} times";
        if (to.Scheme is not ("http" or "https")) return $"{from.Host} redirects to a URL that is neither http nor https";
        if (from.Scheme == "https" && to.Scheme == "http") return $"{from.Host} redirects from https to http, to {to.Host}";
        if (to.Authority == from.Authority) return null;
        leave = (from.Host, ReachBefore(from));
        return FindProblem(to.Host, await AddressesOfAsync(to, cancellation));
    }

    /// <summary>
    /// Why there is to be no connection, in one sentence without its full stop; null: there may be. Whoever owns a name chooses what it resolves to, from one moment to the next: what
    /// was looked up to follow it does not say where it leads now.
    /// </summary>
    /// <param name="host">Whom the request is for.</param>
    /// <param name="addresses">Where the connection would lead.</param>
    public string? FindProblem(string host, IEnumerable<IPAddress> addresses)
    {
        if (leave is not { } given) return null;
        var reach = addresses.Select(ReachOf).DefaultIfEmpty().Max();
        return reach == Reach.Everybody || reach == given.Reach ? null : $"{given.From} redirects to {host}, which is for {(reach == Reach.Link ? "neighbours on the same link" : "this machine")} only";
    }

    /// <summary>Only what says by itself where it is gets further than everybody.</summary>
    private static Reach ReachBefore(Uri url) => IPAddress.TryParse(url.DnsSafeHost, out var address) ? ReachOf(address) : url.Host == "localhost" ? Reach.ThisMachine : Reach.Everybody;

    private async Task<IPAddress[]> AddressesOfAsync(Uri url, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(url.DnsSafeHost, out var address)) return [address];
        try
        {
            return await lookUp(url.DnsSafeHost, cancellation);
        }
        catch (Exception nobody) when (nobody is SocketException or ArgumentException)
        {
            // Whoever connects will hear it too, and has the words for it. A name that is too long is an ArgumentException.
            return [];
        }
    }

    private static Reach ReachOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return Reach.ThisMachine;
        return address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _] ? Reach.Link : Reach.Everybody;
    }
}
