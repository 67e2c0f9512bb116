using System.Buffers.Binary;
using System.Net;

namespace BootAppliance.Dhcp.Wire;

/*
    Ethernet II:   0  destination (6)    6  source (6)   12  EtherType 0x0800
    IPv4 RFC 791: 14  version, IHL      15  DSCP         16  total length     18  identification   20  flags, fragment
                  22  time to live      23  protocol 17  24  header checksum  26  source           30  destination
    UDP  RFC 768: 34  source port       36  destination  38  length           40  checksum         42  payload
*/

/// <summary>
/// A UDP datagram with its own Ethernet and IPv4 headers, for clients that the system's own stack cannot reach: they have no address yet.
/// </summary>
internal static class UdpFrame
{
    public const int HeaderLength = EthernetLength + Ipv4Length + UdpLength;
    public const ushort EtherType = 0x0800;

    private const int EthernetLength = 14;
    private const int Ipv4Length = 20;
    private const int UdpLength = 8;
    private const byte UdpProtocol = 17;
    private const byte TimeToLive = 64;

    public static byte[] Write(
        HardwareAddress sourceMac, HardwareAddress destinationMac, IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        payload.CopyTo(frame.AsSpan(HeaderLength));
        WriteHeaders(frame, new UdpFrameEnds(sourceMac, destinationMac, source.Address, source.Port, destination.Address, destination.Port));
        return frame;
    }

    /// <summary>Writes the headers in front of a payload, which begins at <see cref="HeaderLength"/> and fills the rest of the frame.</summary>
    public static void WriteHeaders(Span<byte> frame, in UdpFrameEnds ends)
    {
        EthernetHeader.Write(frame, ends.SourceMac, ends.DestinationMac, EtherType);

        var ip = frame[EthernetLength..];
        ip[..(Ipv4Length + UdpLength)].Clear();
        ip[0] = 0x45; // version 4, five words of header
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        ip[8] = TimeToLive;
        ip[9] = UdpProtocol;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], ends.Source.ToNumber());
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], ends.Destination.ToNumber());
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Add(0, ip[..Ipv4Length])));

        var udp = ip[Ipv4Length..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)ends.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)ends.DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);

        // RFC 768: over a pseudo header of both addresses, the protocol and the length; a sum of zero is sent as all ones.
        var pseudo = InternetChecksum.Add(UdpProtocol + (uint)udp.Length, ip.Slice(12, 8));
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudo, udp));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum);
    }

    /// <summary>
    /// Reads an unfragmented UDP datagram. Its checksum is not looked at: what comes from the same machine, over a bridge or a veth pair,
    /// leaves it to a network card that it never meets.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out IPAddress source, out ushort destinationPort, out ReadOnlySpan<byte> payload)
    {
        destinationPort = 0;
        payload = default;
        var reader = new DhcpReader(frame);
        reader.ReadBytes(EthernetLength - 2);
        var etherType = reader.ReadUInt16();
        var version = reader.ReadByte();
        reader.ReadByte();
        int totalLength = reader.ReadUInt16();
        reader.ReadUInt16();
        var fragment = reader.ReadUInt16();
        reader.ReadByte();
        var protocol = reader.ReadByte();
        reader.ReadUInt16();
        source = reader.ReadAddress();
        reader.ReadAddress();
        var headerLength = (version & 0x0F) * 4;
        if (etherType != EtherType || version >> 4 != 4 || headerLength < Ipv4Length || (fragment & 0x3FFF) != 0 || protocol != UdpProtocol) return false;

        reader.ReadBytes(headerLength - Ipv4Length);
        reader.ReadUInt16();
        destinationPort = reader.ReadUInt16();
        int udpLength = reader.ReadUInt16();
        reader.ReadUInt16();
        if (udpLength < UdpLength || headerLength + udpLength > totalLength) return false;
        payload = reader.ReadBytes(udpLength - UdpLength);
        return !reader.Overrun;
    }
}

/// <summary>From where to where a <see cref="UdpFrame"/> goes.</summary>
internal readonly record struct UdpFrameEnds(
    HardwareAddress SourceMac, HardwareAddress DestinationMac, IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort);
