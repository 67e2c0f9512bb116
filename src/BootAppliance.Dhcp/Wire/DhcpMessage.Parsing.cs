using System.Diagnostics.CodeAnalysis;

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
        var read = MakeReusable();
        error = read.Read(datagram);
        message = error == DhcpParseError.None ? read : null;
        return message is not null;
    }

    /// <summary>
    /// Reads another UDP payload into this message, made by <see cref="MakeReusable"/>; after an error nothing in it has a meaning.
    /// </summary>
    internal DhcpParseError Read(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < MinimumLength) return DhcpParseError.TooShort;
        var reader = new DhcpReader(datagram);
        var op = (DhcpOpCode)reader.ReadByte();
        var hardwareType = reader.ReadByte();
        var hardwareLength = reader.ReadByte();
        header.Hops = reader.ReadByte();
        header.TransactionId = reader.ReadUInt32();
        header.SecondsElapsed = reader.ReadUInt16();
        header.Flags = reader.ReadUInt16();
        header.ClientAddress = reader.ReadAddress();
        header.YourAddress = reader.ReadAddress();
        header.NextServerAddress = reader.ReadAddress();
        header.RelayAddress = reader.ReadAddress();
        var hardwareAddress = reader.ReadBytes(HardwareAddressField);
        var serverName = reader.ReadBytes(ServerNameField);
        var bootFileName = reader.ReadBytes(BootFileNameField);
        var cookie = reader.ReadUInt32();

        if (op is not (DhcpOpCode.BootRequest or DhcpOpCode.BootReply)) return DhcpParseError.UnknownOpCode;
        if (hardwareLength > HardwareAddress.MaximumLength) return DhcpParseError.HardwareAddressTooLong;
        if (cookie != MagicCookie) return DhcpParseError.NoMagicCookie;

        var options = header.Options;
        options.Clear();
        if (!TryReadOptions(ref reader, options)) return DhcpParseError.TruncatedOption;

        // RFC 2132 section 9.3 and RFC 3396 section 5: the options continue in file, then in sname.
        var overload = TakeByte(options, DhcpOptionCode.OptionOverload) ?? 0;
        var fileIsOptions = (overload & OverloadFile) != 0;
        var nameIsOptions = (overload & OverloadServerName) != 0;
        var inFile = new DhcpReader(bootFileName);
        if (fileIsOptions && !TryReadOptions(ref inFile, options)) return DhcpParseError.TruncatedOption;
        var inName = new DhcpReader(serverName);
        if (nameIsOptions && !TryReadOptions(ref inName, options)) return DhcpParseError.TruncatedOption;
        if (TakeByte(options, DhcpOptionCode.MessageType) is not { } type) return DhcpParseError.NoMessageType;

        header.OpCode = op;
        header.ClientHardwareAddress = new HardwareAddress(hardwareType, hardwareAddress[..hardwareLength]);
        header.ServerName = nameIsOptions ? "" : ReadField(serverName);
        header.BootFileName = fileIsOptions ? "" : ReadField(bootFileName);
        header.MessageType = (DhcpMessageType)type;
        return DhcpParseError.None;
    }

    // A missing End is forgiven, as Kea and dnsmasq do, for old ROMs that leave it out. An option cut short is not: what it said is unknown.
    private static bool TryReadOptions(ref DhcpReader reader, DhcpOptions options)
    {
        while (reader.Remaining > 0)
        {
            var code = (DhcpOptionCode)reader.ReadByte();
            if (code == DhcpOptionCode.Pad) continue;
            if (code == DhcpOptionCode.End) break;
            var value = reader.ReadBytes(reader.ReadByte());
            if (reader.Overrun) return false;
            options.Join(code, value);
        }

        return true;
    }

    private static byte? TakeByte(DhcpOptions options, DhcpOptionCode code)
    {
        if (options.GetByte(code) is not { } value) return null;
        options.Remove(code);
        return value;
    }

    private static string ReadField(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return DhcpOptions.ToText(end < 0 ? field : field[..end]);
    }
}
