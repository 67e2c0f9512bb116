using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>One option: its code and its value, which may be longer than the 255 bytes of one piece on the wire (RFC 3396).</summary>
/// <param name="Code">The option code.</param>
/// <param name="Value">The value without code and length.</param>
public readonly record struct DhcpOption(DhcpOptionCode Code, ReadOnlyMemory<byte> Value);

/// <summary>
/// The options of a message in their order, each code once. Getters never throw: a value of the wrong size reads as absent.
/// </summary>
/// <remarks>All values lie in one piece of memory, which the next message may use again; a value is copied by whoever keeps it longer.</remarks>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "the field's own word")]
public sealed class DhcpOptions : IReadOnlyList<DhcpOption>
{
    private const int UsualCount = 24;
    private const int UsualLength = 512;
    private const int LargestKept = 8 * 1024;

    private DhcpOption[] options = [];
    private byte[] values = [];
    private int used;

    internal DhcpOptions()
    {
    }

    /// <summary>Options of other messages, whose memory they stay in.</summary>
    internal DhcpOptions(IReadOnlyList<DhcpOption> from) => (options, Count) = ([.. from], from.Count);

    /// <summary>No options.</summary>
    public static DhcpOptions Empty { get; } = new();

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public DhcpOption this[int index] => options.AsSpan(0, Count)[index];

    /// <summary>Whether the option is there, even with an empty value.</summary>
    public bool Contains(DhcpOptionCode code) => IndexOf(code) >= 0;

    /// <summary>The value of an option; empty when it is absent.</summary>
    public ReadOnlyMemory<byte> Get(DhcpOptionCode code) => IndexOf(code) is >= 0 and var index ? options[index].Value : default;

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
    public IEnumerator<DhcpOption> GetEnumerator() => options.Take(Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal ReadOnlySpan<DhcpOption> AsSpan() => options.AsSpan(0, Count);

    internal void Clear()
    {
        (Count, used) = (0, 0);
        if (values.Length > LargestKept) values = [];
    }

    /// <summary>Adds an option that is not there yet and gives the memory for its value.</summary>
    internal Span<byte> Add(DhcpOptionCode code, int length)
    {
        if (Count == options.Length) Array.Resize(ref options, Math.Max(UsualCount, Count * 2));
        var value = Reserve(length);
        options[Count++] = new DhcpOption(code, value);
        return values.AsSpan(used - length, length);
    }

    /// <summary>Adds a piece; the pieces of a repeated option are one value (RFC 3396 section 7).</summary>
    internal void Join(DhcpOptionCode code, ReadOnlySpan<byte> piece)
    {
        if (IndexOf(code) is not (>= 0 and var index))
        {
            piece.CopyTo(Add(code, piece.Length));
            return;
        }

        var first = options[index].Value;
        if (TryExtend(first, piece, out var longer))
        {
            options[index] = new DhcpOption(code, longer);
            return;
        }

        var whole = Reserve(first.Length + piece.Length);
        var room = values.AsSpan(used - whole.Length, whole.Length);
        first.Span.CopyTo(room);
        piece.CopyTo(room[first.Length..]);
        options[index] = new DhcpOption(code, whole);
    }

    internal void Remove(DhcpOptionCode code)
    {
        if (IndexOf(code) is not (>= 0 and var index)) return;
        Count--;
        options.AsSpan(index + 1, Count - index).CopyTo(options.AsSpan(index));
    }

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

    private int IndexOf(DhcpOptionCode code)
    {
        for (var i = 0; i < Count; i++)
            if (options[i].Code == code) return i;
        return -1;
    }

    // A packet may come in many small pieces of one option: to copy what is there for each of them would take memory and time without end.
    private bool TryExtend(ReadOnlyMemory<byte> last, ReadOnlySpan<byte> piece, out ReadOnlyMemory<byte> longer)
    {
        longer = default;
        if (!MemoryMarshal.TryGetArray(last, out var place) || place.Array != values || place.Offset + place.Count != used || values.Length - used < piece.Length) return false;
        piece.CopyTo(values.AsSpan(used));
        used += piece.Length;
        longer = values.AsMemory(place.Offset, place.Count + piece.Length);
        return true;
    }

    // When the memory is too small, the values that are already there stay where they are.
    private ReadOnlyMemory<byte> Reserve(int length)
    {
        if (values.Length - used < length) (values, used) = (new byte[Math.Max(UsualLength, (values.Length * 2) + length)], 0);
        used += length;
        return values.AsMemory(used - length, length);
    }

    /// <summary>What strangers send ends up in logs and terminals: control characters become question marks.</summary>
    internal static string ToText(ReadOnlySpan<byte> value)
    {
        value = value.TrimEnd((byte)0);
        if (value.IsEmpty) return "";
        return string.Create(value.Length, value, static (text, bytes) =>
        {
            Encoding.Latin1.GetChars(bytes, text);
            foreach (ref var c in text)
                if (char.IsControl(c)) c = '?';
        });
    }
}
