using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>One option: its code and its value, which may be longer than the 255 bytes of one piece on the wire (RFC 3396).</summary>
/// <param name="Code">The option code.</param>
/// <param name="Value">The value without code and length.</param>
public readonly record struct DhcpOption(DhcpOptionCode Code, ReadOnlyMemory<byte> Value);

/// <summary>
/// The options of a message in their order, each code once. Getters never throw: a value of the wrong size reads as absent.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "the field's own word")]
public sealed class DhcpOptions(IReadOnlyList<DhcpOption> options) : IReadOnlyList<DhcpOption>
{
    /// <summary>No options.</summary>
    public static DhcpOptions Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => options.Count;

    /// <inheritdoc/>
    public DhcpOption this[int index] => options[index];

    /// <summary>Whether the option is there, even with an empty value.</summary>
    public bool Contains(DhcpOptionCode code)
    {
        for (var i = 0; i < options.Count; i++)
            if (options[i].Code == code) return true;
        return false;
    }

    /// <summary>The value of an option; empty when it is absent.</summary>
    public ReadOnlyMemory<byte> Get(DhcpOptionCode code)
    {
        for (var i = 0; i < options.Count; i++)
            if (options[i].Code == code) return options[i].Value;
        return default;
    }

    /// <summary>A value of exactly one byte.</summary>
    public byte? GetByte(DhcpOptionCode code) => Get(code).Span is [var value] ? value : null;

    /// <summary>A value of exactly two bytes.</summary>
    public ushort? GetUInt16(DhcpOptionCode code) =>
        Get(code).Span is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : null;

    /// <summary>A value of exactly four bytes, as a number.</summary>
    public uint? GetUInt32(DhcpOptionCode code) =>
        Get(code).Span is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>A value of exactly four bytes, as an address.</summary>
    public IPAddress? GetAddress(DhcpOptionCode code) => GetUInt32(code) is { } number ? Ipv4.FromNumber(number) : null;

    /// <summary>A list of addresses; bytes beyond the last whole one are left out.</summary>
    public IReadOnlyList<IPAddress> GetAddresses(DhcpOptionCode code)
    {
        var reader = new DhcpReader(Get(code).Span);
        var addresses = new List<IPAddress>(reader.Remaining / 4);
        while (reader.Remaining >= 4) addresses.Add(reader.ReadAddress());
        return addresses;
    }

    /// <summary>Text without the NULs that some clients append; null when absent or empty.</summary>
    public string? GetText(DhcpOptionCode code)
    {
        var text = ToText(Get(code).Span);
        return text.Length == 0 ? null : text;
    }

    /// <inheritdoc/>
    public IEnumerator<DhcpOption> GetEnumerator() => options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Options inside an option (RFC 2132 section 8.4): as far as they can be read, since a broken tail must not cost the client its boot.
    /// </summary>
    internal static Dictionary<byte, byte[]> ReadEncapsulated(ReadOnlySpan<byte> value)
    {
        var found = new Dictionary<byte, byte[]>();
        var reader = new DhcpReader(value);
        while (reader.Remaining > 0)
        {
            var code = reader.ReadByte();
            if (code == (byte)DhcpOptionCode.Pad) continue;
            if (code == (byte)DhcpOptionCode.End) break;
            var content = reader.ReadBytes(reader.ReadByte());
            if (reader.Overrun) break;
            found[code] = content.ToArray();
        }

        return found;
    }

    /// <summary>What strangers send ends up in logs and terminals: control characters become question marks.</summary>
    internal static string ToText(ReadOnlySpan<byte> value)
    {
        value = value.TrimEnd((byte)0);
        return string.Create(value.Length, value, static (text, bytes) =>
        {
            Encoding.Latin1.GetChars(bytes, text);
            foreach (ref var c in text)
                if (char.IsControl(c)) c = '?';
        });
    }
}
