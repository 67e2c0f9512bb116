using System.Buffers.Binary;
using System.Net;

namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// Reads network data from front to back and is the one place where bounds are checked. A read beyond the end gives zeros and sets
/// <see cref="Overrun"/> for good: read everything straight down, ask once.
/// </summary>
public ref struct DhcpReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    /// <summary>Whether something was read that is not there.</summary>
    public bool Overrun { get; private set; }

    /// <summary>The number of bytes not read yet.</summary>
    public readonly int Remaining => rest.Length;

    /// <summary>Reads bytes; empty when there are not so many.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > rest.Length)
        {
            Overrun = true;
            rest = default;
            return default;
        }

        var bytes = rest[..count];
        rest = rest[count..];
        return bytes;
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte() => ReadBytes(1) is [var value] ? value : (byte)0;

    /// <summary>Reads a 16-bit number in network order.</summary>
    public ushort ReadUInt16() => ReadBytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>Reads a 32-bit number in network order.</summary>
    public uint ReadUInt32() => ReadBytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>Reads an IPv4 address.</summary>
    public IPAddress ReadAddress() => Ipv4.FromNumber(ReadUInt32());
}
