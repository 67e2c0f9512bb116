using System.Net;

namespace BootAppliance.Dhcp.Wire;

/// <summary>A route that clients are told of.</summary>
/// <param name="Destination">Where it leads; 0.0.0.0/0 is the default route.</param>
/// <param name="Router">The next hop; 0.0.0.0: the link itself.</param>
public sealed record StaticRoute(IPNetwork Destination, IPAddress Router)
{
    /// <summary>
    /// The value of option 121: per route the prefix length, the significant bytes of the destination, the router. RFC 3442 makes clients
    /// ignore option 3 where there is this one, so the default route is put in unless the routes have one.
    /// </summary>
    public static byte[] Encode(IReadOnlyList<StaticRoute> routes, IPAddress? defaultRouter)
    {
        var all = defaultRouter is null || routes.Any(route => route.Destination.PrefixLength == 0)
            ? routes
            : [.. routes, new StaticRoute(new IPNetwork(IPAddress.Any, 0), defaultRouter)];
        return
        [
            .. all.SelectMany(route => (byte[])
            [
                (byte)route.Destination.PrefixLength,
                .. route.Destination.BaseAddress.GetAddressBytes()[..((route.Destination.PrefixLength + 7) / 8)],
                .. route.Router.GetAddressBytes(),
            ]),
        ];
    }
}
