using System.Buffers.Binary;
using System.Net;

namespace BootAppliance.Dhcp.Wire;

/*
    Ethernet II:   0  destination (6)      6  source (6)           12  EtherType 0x0806
    ARP RFC 826:  14  hardware type 1     16  protocol 0x0800      18  6    19  4    20  operation
                  22  sender MAC (6)      28  sender IPv4          32  target MAC (6)      38  target IPv4
*/

/// <summary>ARP over Ethernet, as far as an address conflict is found by it (RFC 5227 section 2.1).</summary>
internal static class ArpFrame
{
    public const ushort EtherType = 0x0806;
    public const int Length = 42;

    private const ushort Request = 1;
    private const ushort Ipv4 = 0x0800;

    /// <summary>
    /// An ARP Probe: who has the address? The sender's address is zero, so that no neighbour's cache is changed by the question.
    /// </summary>
    public static byte[] WriteProbe(HardwareAddress sender, IPAddress target)
    {
        var frame = new byte[Length];
        EthernetHeader.Write(frame, sender, EthernetHeader.Broadcast, EtherType);
        var arp = frame.AsSpan(14);
        BinaryPrimitives.WriteUInt16BigEndian(arp, HardwareAddress.Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], Ipv4);
        arp[4] = EthernetHeader.AddressLength;
        arp[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(arp[6..], Request);
        sender.ToArray().CopyTo(arp[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[24..], target.ToNumber());
        return frame;
    }

    /// <summary>
    /// Whoever sends ARP with an address as its own, reply or request, uses it (RFC 5227 section 2.1.1: any ARP packet whose sender IP
    /// address is the address being probed is a conflict).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out IPAddress senderAddress, out HardwareAddress senderMac)
    {
        var reader = new DhcpReader(frame);
        reader.ReadBytes(2 * EthernetHeader.AddressLength);
        var etherType = reader.ReadUInt16();
        var hardwareType = reader.ReadUInt16();
        var protocol = reader.ReadUInt16();
        var lengths = reader.ReadUInt16();
        reader.ReadUInt16();
        senderMac = new HardwareAddress(HardwareAddress.Ethernet, reader.ReadBytes(EthernetHeader.AddressLength));
        senderAddress = reader.ReadAddress();
        const ushort ethernetAndIpv4 = (EthernetHeader.AddressLength << 8) | 4;
        return !reader.Overrun && etherType == EtherType && hardwareType == HardwareAddress.Ethernet && protocol == Ipv4 && lengths == ethernetAndIpv4;
    }
}
