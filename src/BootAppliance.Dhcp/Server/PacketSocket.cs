using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Sends and receives whole Ethernet frames of one type on one interface (packet(7)); needs CAP_NET_RAW.</summary>
internal sealed class PacketSocket : IDisposable
{
    private readonly Socket socket;

    /// <summary>Opens the socket; what is missing (the interface, the capability) is said by a <see cref="SocketException"/>.</summary>
    /// <param name="interfaceName">The interface.</param>
    /// <param name="etherType">What is received; 0: nothing, the socket only sends.</param>
    public PacketSocket(string interfaceName, ushort etherType)
    {
        var link = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == interfaceName)
            ?? throw new SocketException((int)SocketError.AddressNotAvailable, $"There is no network interface {interfaceName}.");
        LocalAddress = new HardwareAddress(HardwareAddress.Ethernet, link.GetPhysicalAddress().GetAddressBytes());
        socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new LinkEndPoint(link.GetIPProperties().GetIPv4Properties().Index, etherType));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The interface's own hardware address.</summary>
    public HardwareAddress LocalAddress { get; }

    public void Send(ReadOnlySpan<byte> frame) => socket.Send(frame);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);

    public void Dispose() => socket.Dispose();

    /// <summary>The start of struct sockaddr_ll: family, protocol in network order, interface index.</summary>
    private sealed class LinkEndPoint(int interfaceIndex, ushort etherType) : EndPoint
    {
        private const int AddressLength = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, AddressLength);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], etherType);
            BitConverter.TryWriteBytes(address.Buffer.Span[4..], interfaceIndex);
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
