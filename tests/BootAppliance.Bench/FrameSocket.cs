using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BootAppliance.Bench;

/// <summary>
/// Receives and sends the IPv4 frames of one interface, many with one system call (packet(7), recvmmsg(2), sendmmsg(2)). A load generator
/// above it needs so little of the machine that what is measured is the server, though both share the cores.
/// </summary>
internal sealed unsafe partial class FrameSocket : IDisposable
{
    /// <summary>How many frames one call receives or sends.</summary>
    public const int Batch = 128;

    private const int FrameRoom = 2048;
    private const int Moment = 50; // ms
    private const int SolSocket = 1;
    private const int SoReceiveBufferForce = 33;
    private const int SolPacket = 263;
    private const int PacketQdiscBypass = 20;
    private const int ReceiveBuffer = 128 * 1024 * 1024;
    private const int WaitForOne = 0x10000;
    private const int Truncate = 0x20;
    private const ushort EtherTypeIpv4 = 0x0800;

    private readonly Socket socket;
    private readonly int descriptor;
    private readonly Queue incoming = new();
    private readonly Queue outgoing = new();
    private int queued;
    private int copied;

    /// <summary>Opens the interface; the calling thread must be in its network namespace.</summary>
    public FrameSocket(string interfaceName)
    {
        var index = NetworkInterface.GetAllNetworkInterfaces().Single(i => i.Name == interfaceName).GetIPProperties().GetIPv4Properties().Index;
        socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        socket.SetRawSocketOption(SolSocket, SoReceiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        socket.SetRawSocketOption(SolPacket, PacketQdiscBypass, BitConverter.GetBytes(1));
        socket.Bind(new LinkEndPoint(index));
        socket.ReceiveTimeout = Moment;
        descriptor = (int)socket.SafeHandle.DangerousGetHandle();
    }

    /// <summary>Says how many bytes of each frame are copied; the rest is only counted.</summary>
    public void Copy(int bytes)
    {
        copied = bytes;
        for (var i = 0; i < Batch; i++) incoming.Messages[i].Pieces->Length = (nuint)bytes;
    }

    /// <summary>Receives what is there, up to a batch; waits a moment when there is nothing.</summary>
    public int Receive() => Math.Max(0, ReceiveMany(descriptor, incoming.Messages, Batch, WaitForOne | Truncate, null));

    /// <summary>The copied start of a received frame.</summary>
    public ReadOnlySpan<byte> Frame(int index) => incoming.Room(index)[..Math.Min(Length(index), copied)];

    /// <summary>The length of a received frame in bytes.</summary>
    public int Length(int index) => (int)incoming.Messages[index].Length;

    /// <summary>Adds a frame to the batch that goes out with the next <see cref="Flush"/>.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (queued == Batch) Flush();
        frame.CopyTo(outgoing.Room(queued));
        outgoing.Messages[queued++].Pieces->Length = (nuint)frame.Length;
    }

    /// <summary>Sends what was added.</summary>
    public void Flush()
    {
        for (var sent = 0; sent < queued;)
        {
            var count = SendMany(descriptor, outgoing.Messages + sent, (uint)(queued - sent), 0);
            if (count < 0) throw new SocketException(Marshal.GetLastPInvokeError());
            sent += count;
        }

        queued = 0;
    }

    public void Dispose()
    {
        socket.Dispose();
        incoming.Dispose();
        outgoing.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(int socket, Message* messages, uint count, int flags);

    /// <summary>struct mmsghdr for a batch of frames, each with room of its own.</summary>
    private sealed class Queue : IDisposable
    {
        private readonly byte* rooms = (byte*)NativeMemory.AllocZeroed(Batch, FrameRoom);
        private readonly Piece* pieces = (Piece*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Piece));

        public Queue()
        {
            for (var i = 0; i < Batch; i++)
            {
                pieces[i].Start = rooms + (i * FrameRoom);
                Messages[i].Pieces = pieces + i;
                Messages[i].PieceCount = 1;
            }
        }

        public Message* Messages { get; } = (Message*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Message));

        public Span<byte> Room(int index) => new(rooms + (index * FrameRoom), FrameRoom);

        public void Dispose()
        {
            NativeMemory.Free(rooms);
            NativeMemory.Free(pieces);
            NativeMemory.Free(Messages);
        }
    }

    private struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct mmsghdr of 64-bit Linux, as far as it is needed: one piece of memory, no address, no control data.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Message
    {
        [FieldOffset(16)]
        public Piece* Pieces;

        [FieldOffset(24)]
        public nuint PieceCount;

        [field: FieldOffset(56)]
        public uint Length { get; set; }
    }

    /// <summary>The start of struct sockaddr_ll: family, protocol in network order, interface index.</summary>
    private sealed class LinkEndPoint(int interfaceIndex) : System.Net.EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override System.Net.SocketAddress Serialize()
        {
            var address = new System.Net.SocketAddress(AddressFamily.Packet, 20);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], EtherTypeIpv4);
            BitConverter.TryWriteBytes(address.Buffer.Span[4..], interfaceIndex);
            return address;
        }
    }
}
