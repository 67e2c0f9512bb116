using System.Globalization;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>The first three bytes of a MAC address, which say who made the card (OUI, IEEE 802 section 8.2).</summary>
/// <param name="Value">The 24 bits, the first byte on the wire highest.</param>
public readonly record struct VendorPrefix(uint Value)
{
    /// <summary>Reads <c>18:66:da</c> or <c>18-66-da</c>, in any case.</summary>
    public static bool TryParse(string text, out VendorPrefix prefix)
    {
        prefix = default;
        if (text is not [_, _, ':' or '-', _, _, ':' or '-', _, _]) return false;
        var digits = string.Concat(text.AsSpan(0, 2), text.AsSpan(3, 2), text.AsSpan(6, 2));
        if (!uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        prefix = new(value);
        return true;
    }

    /// <summary>Whether the card with this address is of this maker.</summary>
    public bool Matches(MacAddress address) => (uint)(address.ToUInt64() >> 24) == Value;

    /// <summary>Lower case with colons, as in <c>18:66:da</c>.</summary>
    public override string ToString() => new MacAddress((ulong)Value << 24).ToString()[..8];
}
