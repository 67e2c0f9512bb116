using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Takes every datagram that waits on a socket with one system call (recvmmsg(2)), each with the address that it was sent to. A thread that
/// waits in it costs a storm of clients less than a third of what a wake-up for each packet does.
/// </summary>
internal sealed unsafe partial class DatagramBatch : IDisposable
{
    private const int Capacity = 32;
    private const int LargestDatagram = 4096; // more than any client may send unasked, RFC 2131 section 2
    private const int ControlLength = 64;
    private const int SocketAddressLength = 16;

    private const int MessageTruncated = 0x20; // MSG_TRUNC
    private const int WaitForOne = 0x10000; // MSG_WAITFORONE
    private const int PacketInformation = 8; // IP_PKTINFO
    private const int Interrupted = 4; // EINTR

    private readonly Socket socket;
    private readonly MessageHeader* headers = (MessageHeader*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(MessageHeader));
    private readonly Vector* vectors = (Vector*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(Vector));
    private readonly byte* addresses = (byte*)NativeMemory.AllocZeroed(Capacity, SocketAddressLength);
    private readonly byte* controls = (byte*)NativeMemory.AllocZeroed(Capacity, ControlLength);
    private readonly byte* datagrams = (byte*)NativeMemory.AllocZeroed(Capacity, LargestDatagram);

    public DatagramBatch(Socket socket)
    {
        this.socket = socket;
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
        for (var i = 0; i < Capacity; i++)
        {
            vectors[i] = new Vector { Base = datagrams + (i * LargestDatagram), Length = LargestDatagram };
            headers[i].Vectors = vectors + i;
            headers[i].VectorCount = 1;
            headers[i].Name = addresses + (i * SocketAddressLength);
            headers[i].Control = controls + (i * ControlLength);
        }
    }

    /// <summary>Waits for datagrams and says how many came; a <see cref="SocketException"/> says why none can.</summary>
    public int Receive()
    {
        for (var i = 0; i < Capacity; i++)
        {
            headers[i].NameLength = SocketAddressLength;
            headers[i].ControlLength = ControlLength;
            (headers[i].Flags, headers[i].Padding, headers[i].Length) = (0, 0, 0);
        }

        while (true)
        {
            var count = ReceiveMessages((int)socket.Handle, headers, Capacity, WaitForOne, null);
            if (count >= 0) return count;
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new SocketException((int)SocketError.SocketError, Marshal.GetPInvokeErrorMessage(error));
        }
    }

    /// <summary>A datagram of the last batch; empty when it was longer than any client's may be.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => (headers[index].Flags & MessageTruncated) != 0
        ? default
        : new ReadOnlySpan<byte>(vectors[index].Base, (int)headers[index].Length);

    /// <summary>The address that it was sent to, 255.255.255.255 for a broadcast; null when the system did not say.</summary>
    public IPAddress? Destination(int index)
    {
        // struct cmsghdr { size_t len; int level, type; }, then struct in_pktinfo { int interface; in_addr local, destination; }
        var control = new ReadOnlySpan<byte>(headers[index].Control, (int)headers[index].ControlLength);
        if (control.Length < 28 || MemoryMarshal.Read<int>(control[8..]) != 0 || MemoryMarshal.Read<int>(control[12..]) != PacketInformation) return null;
        return Wire.Ipv4.FromNumber(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(control[24..]));
    }

    /// <summary>Who sent it.</summary>
    public IPEndPoint Source(int index)
    {
        var address = new ReadOnlySpan<byte>(headers[index].Name, SocketAddressLength);
        return new IPEndPoint(new IPAddress(address.Slice(4, 4)), System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
    }

    public void Dispose()
    {
        NativeMemory.Free(headers);
        NativeMemory.Free(vectors);
        NativeMemory.Free(addresses);
        NativeMemory.Free(controls);
        NativeMemory.Free(datagrams);
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMessages(int socket, MessageHeader* headers, uint count, int flags, void* timeout);

    /// <summary>struct iovec.</summary>
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a struct msghdr, padded to eight bytes, and the length of what came.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        public int Padding;
        public uint Length;
    }
}
