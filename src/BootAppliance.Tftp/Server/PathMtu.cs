using System.Net;
using System.Net.Sockets;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>What a packet on the way to a client may hold: firmware often cannot put fragments together.</summary>
internal static class PathMtu
{
    private const int IpMtu = 14;
    private const int Ipv6Mtu = 24;
    private const int UdpHeader = 8;
    private const int EthernetMtu = 1500;

    /// <summary>The largest block in bytes that goes to the client in one piece.</summary>
    public static int LargestBlockSize(TftpServerSettings settings, IPEndPoint client)
    {
        var (level, option, ipHeader) = client.AddressFamily is AddressFamily.InterNetworkV6
            ? ((int)SocketOptionLevel.IPv6, Ipv6Mtu, 40)
            : ((int)SocketOptionLevel.IP, IpMtu, 20);
        var block = Mtu(settings, client, level, option) - ipHeader - UdpHeader - TftpPacket.HeaderLength;
        return Math.Min(block, settings.MaxBlockSizeAt(client.Address) ?? settings.MaxBlockSize);
    }

    /// <summary>Connecting a datagram socket sends nothing, but makes the kernel choose the route and tell its MTU.</summary>
    private static int Mtu(TftpServerSettings settings, IPEndPoint client, int level, int option)
    {
        try
        {
            using var probe = DataPorts.Bind(settings, 0);
            probe.Connect(client);
            Span<byte> mtu = stackalloc byte[sizeof(int)];
            probe.GetRawSocketOption(level, option, mtu);
            return BitConverter.ToInt32(mtu);
        }
        catch (SocketException)
        {
            return EthernetMtu;
        }
    }
}
