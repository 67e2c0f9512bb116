using System.Globalization;

namespace BootAppliance.Nodes;

/// <summary>The 48-bit Ethernet address of a network interface.</summary>
public readonly record struct MacAddress : IComparable<MacAddress>
{
    private const int Digits = 12;
    private const ulong MulticastBit = 0x0100_0000_0000;

    private readonly ulong value;

    /// <summary>Takes an address from its 48 bits, the first byte on the wire highest.</summary>
    public MacAddress(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 0xFFFF_FFFF_FFFFul);
        this.value = value;
    }

    /// <summary>Whether one interface can have this address: neither all zeros nor broadcast nor multicast (IEEE 802 section 8).</summary>
    public bool IsUnicast => value != 0 && (value & MulticastBit) == 0;

    /// <summary>The 48 bits as a number, the first byte on the wire highest.</summary>
    public ulong ToUInt64() => value;

    /// <summary>
    /// Reads any usual notation in any case: <c>52:54:00:12:34:56</c>, <c>52-54-00-12-34-56</c>, <c>5254.0012.3456</c>, <c>525400123456</c>,
    /// and the BOOTIF form of PXELINUX and iPXE, <c>01-52-54-00-12-34-56</c>, which begins with the hardware type.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        text = text.Trim();
        if (IsGrouped(text, groups: 7, groupLength: 2) && text is ['0', '1', '-' or ':', ..]) text = text[3..];

        Span<char> digits = stackalloc char[Digits];
        if (text.Length == Digits) text.CopyTo(digits);
        else if (IsGrouped(text, groups: 6, groupLength: 2)) CopyGroups(text, digits, groupLength: 2);
        else if (IsGrouped(text, groups: 3, groupLength: 4)) CopyGroups(text, digits, groupLength: 4);
        else return false;

        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var parsed)) return false;
        address = new MacAddress(parsed);
        return true;
    }

    /// <summary>Lower case with colons, as in <c>52:54:00:12:34:56</c>.</summary>
    public override string ToString() => Format(':');

    /// <summary>Lower case with hyphens, as in <c>52-54-00-12-34-56</c>; the form of <c>${mac:hexhyp}</c> in iPXE.</summary>
    public string ToHyphenated() => Format('-');

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => value.CompareTo(other.value);

    private string Format(char separator) => string.Create(17, (value, separator), static (text, from) =>
    {
        for (var i = 0; i < 6; i++)
        {
            var octet = (byte)(from.value >> (40 - (i * 8)));
            octet.TryFormat(text[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
            if (i < 5) text[(i * 3) + 2] = from.separator;
        }
    });

    private static bool IsGrouped(ReadOnlySpan<char> text, int groups, int groupLength)
    {
        if (text.Length != (groups * (groupLength + 1)) - 1) return false;
        var separator = text[groupLength];
        if (separator is not (':' or '-' or '.')) return false;
        for (var i = groupLength; i < text.Length; i += groupLength + 1)
        {
            if (text[i] != separator) return false;
        }

        return true;
    }

    private static void CopyGroups(ReadOnlySpan<char> text, Span<char> digits, int groupLength)
    {
        for (var i = 0; i < Digits / groupLength; i++)
            text.Slice(i * (groupLength + 1), groupLength).CopyTo(digits[(i * groupLength)..]);
    }
}
