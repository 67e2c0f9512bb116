using System.Buffers.Binary;
using System.Text;

namespace BootAppliance.Tftp.Wire;

/// <summary>The packets that a server sends (RFC 1350 section 5, RFC 2347).</summary>
internal static class TftpPacket
{
    /// <summary>Op code and block number, before the payload of a DATA packet and as the whole of an ACK.</summary>
    public const int HeaderLength = 4;

    /// <summary><code>| 3 | block | up to blksize bytes |</code></summary>
    public static void WriteDataHeader(Span<byte> packet, ushort block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpCode.Data);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], block);
    }

    /// <summary><code>| 5 | code | text | 0 |</code></summary>
    public static byte[] Error(TftpErrorCode code, string text)
    {
        var packet = new byte[HeaderLength + text.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpCode.Error);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)code);
        Encoding.ASCII.GetBytes(text, packet.AsSpan(HeaderLength));
        return packet;
    }

    /// <summary><code>| 6 | option1 | 0 | value1 | 0 | ... </code></summary>
    public static byte[] OptionAcknowledgement(TftpOptions options)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in options.Pairs()) text.Append(name).Append('\0').Append(value).Append('\0');

        var packet = new byte[sizeof(ushort) + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpCode.OptionAcknowledgement);
        Encoding.ASCII.GetBytes(text.ToString(), packet.AsSpan(sizeof(ushort)));
        return packet;
    }
}
