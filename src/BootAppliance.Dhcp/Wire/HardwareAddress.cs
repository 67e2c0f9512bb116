using System.Buffers.Binary;
using System.Globalization;

namespace BootAppliance.Dhcp.Wire;

/// <summary>A client's link-layer address as it stands in <c>htype</c>, <c>hlen</c> and <c>chaddr</c> (RFC 2131 section 2): a type and up to 16 bytes.</summary>
public readonly record struct HardwareAddress
{
    /// <summary>The longest address that the <c>chaddr</c> field can hold, in bytes.</summary>
    public const int MaximumLength = 16;

    /// <summary>The <c>htype</c> of Ethernet.</summary>
    public const byte Ethernet = 1;

    private readonly UInt128 value;

    /// <summary>Takes an address from its bytes; more than <see cref="MaximumLength"/> of them are a caller's error.</summary>
    public HardwareAddress(byte type, ReadOnlySpan<byte> address)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.Length, MaximumLength);
        Span<byte> padded = stackalloc byte[MaximumLength];
        padded.Clear();
        address.CopyTo(padded);
        value = BinaryPrimitives.ReadUInt128BigEndian(padded);
        Type = type;
        Length = (byte)address.Length;
    }

    /// <summary>The hardware type, <c>htype</c>.</summary>
    public byte Type { get; }

    /// <summary>The number of bytes, <c>hlen</c>, 0 to 16.</summary>
    public byte Length { get; }

    /// <summary>Whether this is a six-byte Ethernet address.</summary>
    public bool IsEthernet => Type == Ethernet && Length == 6;

    /// <summary>Writes the address, padded with zeros, into the 16 bytes of <c>chaddr</c>.</summary>
    public void WriteTo(Span<byte> chaddr) => BinaryPrimitives.WriteUInt128BigEndian(chaddr[..MaximumLength], value);

    /// <summary>The address without padding.</summary>
    public byte[] ToArray()
    {
        Span<byte> padded = stackalloc byte[MaximumLength];
        WriteTo(padded);
        return padded[..Length].ToArray();
    }

    /// <summary>Reads the form that <see cref="ToString"/> writes; Ethernet is assumed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out HardwareAddress address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[MaximumLength];
        var count = (text.Length + 1) / 3;
        if (text.Length % 3 != 2 || count > MaximumLength) return false;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && text[(i * 3) - 1] != ':') return false;
            if (!byte.TryParse(text.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i])) return false;
        }

        address = new HardwareAddress(Ethernet, bytes[..count]);
        return true;
    }

    /// <summary>Lower-case hexadecimal with colons, as in <c>52:54:00:12:34:56</c>.</summary>
    public override string ToString() => string.Join(':', ToArray().Select(b => b.ToString("x2")));
}
