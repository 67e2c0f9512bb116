using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// Writes messages: option 53 first, 82 last, then End, padded to the 300 bytes of BOOTP (RFC 951 and RFC 1542 section 2.1).
/// </summary>
public static class DhcpMessageWriter
{
    /// <summary>The least length of a message; some clients and relays drop shorter ones.</summary>
    public const int MinimumLength = 300;

    /// <summary>
    /// The most that a client takes unless it says more in option 57: 576 bytes of IP datagram (RFC 2131 section 2) without its headers.
    /// </summary>
    public const int DefaultMaximumLength = 576 - HeaderLength;

    private const int HeaderLength = 20 + 8; // IPv4, UDP
    private const int LargestDatagram = 1500;

    /// <summary>The most that is ever sent, in bytes of UDP payload: what one Ethernet frame holds.</summary>
    public const int LargestLength = LargestDatagram - HeaderLength;
    private const int LongestPiece = 255;

    /// <summary>The longest answer that the sender of a request takes, in bytes of UDP payload.</summary>
    public static int MaximumLengthFor(DhcpMessage request) =>
        Math.Clamp(request.MaximumMessageSize ?? 0, DefaultMaximumLength + HeaderLength, LargestDatagram) - HeaderLength;

    /// <summary>Writes a message; false, and nothing usable written, when it does not fit: it is never cut short.</summary>
    public static bool TryWrite(DhcpMessage message, Span<byte> destination, out int length)
    {
        length = LengthOf(message);
        var serverName = Encoding.Latin1.GetByteCount(message.ServerName);
        var bootFileName = Encoding.Latin1.GetByteCount(message.BootFileName);
        // A full field has no terminating NUL, and clients copy it as a string.
        if (length > destination.Length || serverName >= DhcpMessage.ServerNameField || bootFileName >= DhcpMessage.BootFileNameField) return false;
        if (FieldLength(message.ServerNameOptions) > DhcpMessage.ServerNameField || FieldLength(message.BootFileNameOptions) > DhcpMessage.BootFileNameField) return false;

        var packet = destination[..length];
        packet.Clear();
        packet[0] = (byte)message.OpCode;
        packet[1] = message.ClientHardwareAddress.Type;
        packet[2] = message.ClientHardwareAddress.Length;
        packet[3] = message.Hops;
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], message.TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(packet[8..], message.SecondsElapsed);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], message.Flags);
        WriteAddress(packet[12..], message.ClientAddress);
        WriteAddress(packet[16..], message.YourAddress);
        WriteAddress(packet[20..], message.NextServerAddress);
        WriteAddress(packet[24..], message.RelayAddress);
        message.ClientHardwareAddress.WriteTo(packet[28..]);
        Encoding.Latin1.GetBytes(message.ServerName, packet[44..]);
        Encoding.Latin1.GetBytes(message.BootFileName, packet[108..]);
        WriteField(packet[44..], message.ServerNameOptions);
        WriteField(packet[108..], message.BootFileNameOptions);
        BinaryPrimitives.WriteUInt32BigEndian(packet[236..], DhcpMessage.MagicCookie);
        WriteOptions(packet[DhcpMessage.MinimumLength..], message);
        return true;
    }

    /// <summary>How long a message is, in bytes of UDP payload.</summary>
    internal static int LengthOf(DhcpMessage message)
    {
        var length = DhcpMessage.MinimumLength + 3 + 1; // option 53, End
        if (OverloadOf(message) != 0) length += 3;
        return Math.Max(length + LengthOf(message.Options), MinimumLength);
    }

    /// <summary>Whether a field that has options already can take another one before its End.</summary>
    internal static bool HasRoom(int fieldLength, IEnumerable<DhcpOption> options, DhcpOption another) =>
        options.Sum(LengthOf) + LengthOf(another) + 1 <= fieldLength;

    private static int LengthOf(DhcpOptions options)
    {
        var length = 0;
        foreach (var option in options.AsSpan()) length += LengthOf(option);
        return length;
    }

    private static int LengthOf(DhcpOption option) => option.Value.Length + (2 * PieceCount(option));

    private static int FieldLength(DhcpOptions options) => options.Count == 0 ? 0 : LengthOf(options) + 1;

    private static byte OverloadOf(DhcpMessage message) => (byte)(
        (message.BootFileNameOptions.Count > 0 ? DhcpMessage.OverloadFile : 0) | (message.ServerNameOptions.Count > 0 ? DhcpMessage.OverloadServerName : 0));

    private static void WriteField(Span<byte> rest, DhcpOptions options)
    {
        if (options.Count == 0) return;
        foreach (var option in options.AsSpan()) rest = Write(rest, option);
        rest[0] = (byte)DhcpOptionCode.End;
    }

    private static void WriteOptions(Span<byte> rest, DhcpMessage message)
    {
        rest = Write(rest, DhcpOptionCode.MessageType, (byte)message.MessageType);
        if (OverloadOf(message) is not 0 and var overload) rest = Write(rest, DhcpOptionCode.OptionOverload, overload);
        foreach (var option in message.Options.AsSpan())
            if (option.Code != DhcpOptionCode.RelayAgentInformation) rest = Write(rest, option);

        // RFC 3046 section 2.2: the relay's option comes last, so that the relay finds it and cuts it off.
        foreach (var option in message.Options.AsSpan())
            if (option.Code == DhcpOptionCode.RelayAgentInformation) rest = Write(rest, option);
        rest[0] = (byte)DhcpOptionCode.End;
    }

    private static Span<byte> Write(Span<byte> rest, DhcpOptionCode code, byte value)
    {
        (rest[0], rest[1], rest[2]) = ((byte)code, 1, value);
        return rest[3..];
    }

    private static Span<byte> Write(Span<byte> rest, DhcpOption option)
    {
        var value = option.Value.Span;
        for (var pieces = PieceCount(option); pieces > 0; pieces--)
        {
            var piece = value[..Math.Min(value.Length, LongestPiece)];
            rest[0] = (byte)option.Code;
            rest[1] = (byte)piece.Length;
            piece.CopyTo(rest[2..]);
            rest = rest[(2 + piece.Length)..];
            value = value[piece.Length..];
        }

        return rest;
    }

    // RFC 3396 section 5: a long value is written in pieces; an empty one still has its code and length.
    private static int PieceCount(DhcpOption option) => Math.Max(1, (option.Value.Length + LongestPiece - 1) / LongestPiece);

    private static void WriteAddress(Span<byte> field, IPAddress address) => BinaryPrimitives.WriteUInt32BigEndian(field, address.ToNumber());
}
