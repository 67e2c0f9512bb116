using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using BootAppliance.Nodes;

namespace BootAppliance.Hosting;

/// <summary>The kernel's ARP table of one interface: whoever has sent us a packet on its wire is in it.</summary>
internal sealed unsafe partial class Neighbours(string nic) : IDisposable
{
    private const uint GetEntry = 0x8954; // SIOCGARP

    // struct arpreq of arp(7): protocol address, hardware address, flags, mask, device.
    private const int RequestLength = 68;
    private const int HardwareAddress = 16;
    private const int Flags = 32;
    private const int Device = 52;
    private const int NameLength = 16;
    private const int AddressInside = 4; // in struct sockaddr_in, behind family and port
    private const int MacInside = 2; // in struct sockaddr, behind the family
    private const ushort Ethernet = 1; // ARPHRD_ETHER
    private const int Complete = 2; // ATF_COM

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Who has this address; null: nobody, or somebody behind a router.</summary>
    public MacAddress? Find(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return null;
        var request = stackalloc byte[RequestLength];
        *(ushort*)request = (ushort)AddressFamily.InterNetwork;
        address.TryWriteBytes(new Span<byte>(request + AddressInside, sizeof(uint)), out _);
        Encoding.ASCII.GetBytes(nic, new Span<byte>(request + Device, NameLength - 1));
        if (Control((int)socket.Handle, GetEntry, request) < 0) return null;
        if ((*(int*)(request + Flags) & Complete) == 0 || *(ushort*)(request + HardwareAddress) != Ethernet) return null;
        var mac = new Dhcp.Wire.HardwareAddress(Dhcp.Wire.HardwareAddress.Ethernet, new ReadOnlySpan<byte>(request + HardwareAddress + MacInside, 6));
        return Netboot.Loaders.BootFileSelector.ToMac(mac);
    }

    public void Dispose() => socket.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int socket, nuint request, void* argument);
}
