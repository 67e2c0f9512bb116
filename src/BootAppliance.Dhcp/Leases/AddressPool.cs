using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>A range of IPv4 addresses to draw from.</summary>
public sealed record AddressPool
{
    /// <summary>Takes a range; the first address must not be above the last.</summary>
    public AddressPool(IPAddress first, IPAddress last)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first.ToNumber(), last.ToNumber(), nameof(first));
        First = first;
        Last = last;
    }

    /// <summary>The first address.</summary>
    public IPAddress First { get; }

    /// <summary>The last address, part of the range.</summary>
    public IPAddress Last { get; }

    /// <summary>The number of addresses.</summary>
    public long Count => (long)Last.ToNumber() - First.ToNumber() + 1;

    /// <summary>Whether the range has the address.</summary>
    public bool Contains(IPAddress address) => address.ToNumber() >= First.ToNumber() && address.ToNumber() <= Last.ToNumber();

    /// <summary>Reads the form of <see cref="ToString"/>: <c>192.0.2.100-192.0.2.200</c>, blanks around the dash allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AddressPool? pool)
    {
        pool = null;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !TryParseAddress(text[..dash], out var first) || !TryParseAddress(text[(dash + 1)..], out var last)) return false;
        if (first.ToNumber() > last.ToNumber()) return false;
        pool = new AddressPool(first, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";

    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text.Trim(), out address) && address.AddressFamily == AddressFamily.InterNetwork;
}
