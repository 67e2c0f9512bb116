using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Serialization;

namespace BootAppliance.Dhcp.Wire;

/// <summary>How the value of an option is written down by people.</summary>
public enum DhcpOptionValueType
{
    /// <summary>Characters of Latin-1.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>One IPv4 address.</summary>
    [JsonStringEnumMemberName("ip")]
    Ip,

    /// <summary>IPv4 addresses with commas between them.</summary>
    [JsonStringEnumMemberName("ip-list")]
    IpList,

    /// <summary>A number of one byte.</summary>
    [JsonStringEnumMemberName("uint8")]
    Number8,

    /// <summary>A number of two bytes.</summary>
    [JsonStringEnumMemberName("uint16")]
    Number16,

    /// <summary>A number of four bytes.</summary>
    [JsonStringEnumMemberName("uint32")]
    Number32,

    /// <summary><c>true</c> (1) or <c>false</c> (0), one byte.</summary>
    [JsonStringEnumMemberName("bool")]
    Bool,

    /// <summary>Bytes as pairs of hexadecimal digits, with blanks or colons between them or without.</summary>
    [JsonStringEnumMemberName("hex")]
    Hex,
}

/// <summary>Turns written values into the bytes of an option.</summary>
public static class DhcpOptionValue
{
    /// <summary>Reads a value; false when the text does not fit the type, or is empty.</summary>
    public static bool TryParse(DhcpOptionValueType type, string text, [NotNullWhen(true)] out byte[]? value)
    {
        value = type switch
        {
            DhcpOptionValueType.Text => text.All(c => c <= byte.MaxValue) ? Encoding.Latin1.GetBytes(text) : null,
            DhcpOptionValueType.Ip => Address(text),
            DhcpOptionValueType.IpList => Addresses(text),
            DhcpOptionValueType.Number8 => Number(text, byte.MaxValue)?[3..],
            DhcpOptionValueType.Number16 => Number(text, ushort.MaxValue)?[2..],
            DhcpOptionValueType.Number32 => Number(text, uint.MaxValue),
            DhcpOptionValueType.Bool => bool.TryParse(text, out var flag) ? [flag ? (byte)1 : (byte)0] : null,
            DhcpOptionValueType.Hex => Bytes(text),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        if (value is { Length: 0 }) value = null;
        return value is not null;
    }

    // Short forms (10.1 for 10.0.0.1) are typing mistakes here.
    private static byte[]? Address(string text) =>
        text.Count(c => c == '.') == 3 && IPAddress.TryParse(text.Trim(), out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes() : null;

    private static byte[]? Addresses(string text)
    {
        var all = text.Split(',').Select(Address).ToList();
        return all.Contains(null) ? null : [.. all.SelectMany(a => a!)];
    }

    private static byte[]? Number(string text, uint largest)
    {
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > largest) return null;
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[]? Bytes(string text)
    {
        var digits = string.Concat(text.Where(c => c is not (' ' or ':')));
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }
}
