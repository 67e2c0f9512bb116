using System.Buffers.Binary;

namespace BootAppliance.Tftp.Wire;

/// <summary>Reads a datagram from front to back; all bounds are here. After a read past the end <see cref="Overrun"/> stays set.</summary>
internal ref struct TftpReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> rest = datagram;

    public bool Overrun { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => rest;

    public ushort ReadUInt16()
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out var value))
        {
            Overrun = true;
            return 0;
        }

        rest = rest[sizeof(ushort)..];
        return value;
    }

    /// <summary>The bytes up to the next NUL, which is consumed.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            Overrun = true;
            return [];
        }

        var text = rest[..end];
        rest = rest[(end + 1)..];
        return text;
    }
}
