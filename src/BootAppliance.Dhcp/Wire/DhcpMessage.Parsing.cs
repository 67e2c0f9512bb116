using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace BootAppliance.Dhcp.Wire;

/*
    RFC 2131 figure 1, bytes:

      0  op    1  htype   2  hlen   3  hops
      4  xid
      8  secs            10  flags (bit 15: broadcast)
     12  ciaddr
     16  yiaddr
     20  siaddr
     24  giaddr
     28  chaddr (16)
     44  sname  (64)
    108  file   (128)
    236  magic cookie 63 82 53 63
    240  options: code, length, value … 255
*/
public sealed partial class DhcpMessage
{
    internal const int HardwareAddressField = 16;
    internal const int ServerNameField = 64;
    internal const int BootFileNameField = 128;
    internal const int MinimumLength = 240;
    internal const uint MagicCookie = 0x63825363;
    internal const ushort BroadcastBit = 0x8000;

    internal const byte OverloadFile = 1;
    internal const byte OverloadServerName = 2;

    /// <summary>Reads a UDP payload; never throws for what is in it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out DhcpMessage? message, out DhcpParseError error)
    {
        message = null;
        error = Parse(datagram, ref message);
        return error == DhcpParseError.None;
    }

    private static DhcpParseError Parse(ReadOnlySpan<byte> datagram, ref DhcpMessage? message)
    {
        if (datagram.Length < MinimumLength) return DhcpParseError.TooShort;

        // One copy of the packet backs all its option values: the receive buffer is reused.
        ReadOnlyMemory<byte> packet = datagram.ToArray();
        var reader = new DhcpReader(packet.Span);
        var op = (DhcpOpCode)reader.ReadByte();
        var hardwareType = reader.ReadByte();
        var hardwareLength = reader.ReadByte();
        var hops = reader.ReadByte();
        var transactionId = reader.ReadUInt32();
        var seconds = reader.ReadUInt16();
        var flags = reader.ReadUInt16();
        var clientAddress = reader.ReadAddress();
        var yourAddress = reader.ReadAddress();
        var nextServerAddress = reader.ReadAddress();
        var relayAddress = reader.ReadAddress();
        var hardwareAddress = reader.ReadBytes(HardwareAddressField);
        var serverName = packet.Slice(datagram.Length - reader.Remaining, ServerNameField);
        reader.ReadBytes(ServerNameField);
        var bootFileName = packet.Slice(datagram.Length - reader.Remaining, BootFileNameField);
        reader.ReadBytes(BootFileNameField);
        var cookie = reader.ReadUInt32();

        if (op is not (DhcpOpCode.BootRequest or DhcpOpCode.BootReply)) return DhcpParseError.UnknownOpCode;
        if (hardwareLength > HardwareAddress.MaximumLength) return DhcpParseError.HardwareAddressTooLong;
        if (cookie != MagicCookie) return DhcpParseError.NoMagicCookie;

        var options = new List<DhcpOption>(20);
        if (!TryReadOptions(packet[MinimumLength..], options)) return DhcpParseError.TruncatedOption;

        // RFC 2132 section 9.3 and RFC 3396 section 5: the options continue in file, then in sname.
        var overload = TakeByte(options, DhcpOptionCode.OptionOverload) ?? 0;
        var fileIsOptions = (overload & OverloadFile) != 0;
        var nameIsOptions = (overload & OverloadServerName) != 0;
        if (fileIsOptions && !TryReadOptions(bootFileName, options)) return DhcpParseError.TruncatedOption;
        if (nameIsOptions && !TryReadOptions(serverName, options)) return DhcpParseError.TruncatedOption;
        if (TakeByte(options, DhcpOptionCode.MessageType) is not { } type) return DhcpParseError.NoMessageType;

        message = new DhcpMessage
        {
            OpCode = op,
            Hops = hops,
            TransactionId = transactionId,
            SecondsElapsed = seconds,
            Flags = flags,
            ClientAddress = clientAddress,
            YourAddress = yourAddress,
            NextServerAddress = nextServerAddress,
            RelayAddress = relayAddress,
            ClientHardwareAddress = new HardwareAddress(hardwareType, hardwareAddress[..hardwareLength]),
            ServerName = nameIsOptions ? "" : ReadField(serverName.Span),
            BootFileName = fileIsOptions ? "" : ReadField(bootFileName.Span),
            MessageType = (DhcpMessageType)type,
            Options = new DhcpOptions(options),
        };
        return DhcpParseError.None;
    }

    // A missing End is forgiven, as Kea and dnsmasq do, for old ROMs that leave it out. An option cut short is not: what it said is unknown.
    private static bool TryReadOptions(ReadOnlyMemory<byte> field, List<DhcpOption> options)
    {
        var reader = new DhcpReader(field.Span);
        while (reader.Remaining > 0)
        {
            var code = (DhcpOptionCode)reader.ReadByte();
            if (code == DhcpOptionCode.Pad) continue;
            if (code == DhcpOptionCode.End) break;
            int length = reader.ReadByte();
            var start = field.Length - reader.Remaining;
            reader.ReadBytes(length);
            if (reader.Overrun) return false;
            AddOrJoin(options, new DhcpOption(code, field.Slice(start, length)));
        }

        return true;
    }

    // RFC 3396 section 7: the pieces of a repeated option are one value.
    private static void AddOrJoin(List<DhcpOption> options, DhcpOption piece)
    {
        var index = options.FindIndex(o => o.Code == piece.Code);
        if (index < 0) options.Add(piece);
        else options[index] = piece with { Value = (byte[])[.. options[index].Value.Span, .. piece.Value.Span] };
    }

    private static byte? TakeByte(List<DhcpOption> options, DhcpOptionCode code)
    {
        var index = options.FindIndex(o => o.Code == code);
        if (index < 0 || options[index].Value.Span is not [var value]) return null;
        options.RemoveAt(index);
        return value;
    }

    private static string ReadField(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return DhcpOptions.ToText(end < 0 ? field : field[..end]);
    }
}
