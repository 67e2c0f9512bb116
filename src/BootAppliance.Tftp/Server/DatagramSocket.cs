using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BootAppliance.Tftp.Server;

/// <summary>
/// A UDP socket that receives and sends many datagrams with one system call, and a whole window as one packet that the kernel cuts up
/// (recvmmsg(2), sendmmsg(2), <c>UDP_SEGMENT</c> of udp(7)). .NET has none of these, and in lock step the calls are what a transfer costs.
/// </summary>
internal sealed unsafe partial class DatagramSocket : IDisposable
{
    /// <summary>What the kernel cuts up in one call (UDP_MAX_SEGMENTS of its older versions), and the longest that a UDP packet can be.</summary>
    private const int MaxSegments = 64;
    private const int LongestPacket = 65507;

    private const int Batch = 64;
    private const int Room = 2048;
    private const int AddressRoom = 28; // struct sockaddr_in6
    private const int WaitForOne = 0x10000;
    private const int DoNotWait = 0x40;
    private const int SolUdp = 17;
    private const int UdpSegment = 103;
    private const int ControlLength = 24;

    // The errno values of Linux.
    private const int Interrupted = 4;
    private const int InputOutput = 5;
    private const int InvalidArgument = 22;
    private const int MessageTooLong = 90;
    private const int NotSupported = 95;

    private readonly Socket socket;
    private readonly Queue incoming = new();
    private readonly Queue outgoing = new();
    private readonly TransferRoute?[] routes = new TransferRoute?[Batch];
    private int queued;

    /// <summary>The thread that answers a batch now, or 0.</summary>
    private int answering;

    /// <summary>Takes a bound socket and owns it.</summary>
    public DatagramSocket(Socket socket)
    {
        this.socket = socket;
        for (var i = 0; i < Batch; i++) incoming.Pieces[i].Length = Room;
    }

    /// <summary>Waits for datagrams, takes as many as there are, up to a batch, and says how many; 0 after <see cref="EndReceive"/>.</summary>
    public int Receive()
    {
        for (var i = 0; i < Batch; i++) incoming.Messages[i].AddressLength = AddressRoom;
        var count = ReceiveMany(socket.SafeHandle, incoming.Messages, Batch, WaitForOne, null);
        answering = Environment.CurrentManagedThreadId;
        if (count >= 0) return count;
        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new SocketException((int)SocketError.SocketError, Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>A datagram of the batch that came last; what does not fit the room for a request is cut off.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => new(incoming.Pieces[index].Start, (int)incoming.Messages[index].Length);

    /// <summary>Where it came from, a struct sockaddr.</summary>
    public ReadOnlySpan<byte> Sender(int index) => new(incoming.Messages[index].Address, (int)incoming.Messages[index].AddressLength);

    /// <summary>
    /// Sends datagrams of one size, of which the last may be shorter; what the kernel does not take is lost like a packet on the wire. A single one that the receiving thread sends between
    /// <see cref="Receive"/> and <see cref="Flush"/> goes out with the others of its batch.
    /// </summary>
    public void Send(ReadOnlySpan<byte> datagrams, int datagramSize, TransferRoute route)
    {
        if (datagrams.Length <= Math.Min(datagramSize, Room) && answering == Environment.CurrentManagedThreadId)
        {
            Enqueue(datagrams, route);
            return;
        }

        while (!datagrams.IsEmpty)
        {
            var length = Math.Min(datagrams.Length, route.CannotSegment ? datagramSize : Math.Clamp(LongestPacket / datagramSize, 1, MaxSegments) * datagramSize);
            if (!TrySendNow(datagrams[..length], datagramSize, route))
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == Interrupted) continue;

                // Without a checksum from the interface, or with IPsec, it is EIO; where a datagram is longer than the MTU, EINVAL, with newer kernels EMSGSIZE.
                if (length > datagramSize && error is InputOutput or InvalidArgument or MessageTooLong or NotSupported)
                {
                    route.CannotSegment = true;
                    continue;
                }

                route.Problem = Marshal.GetPInvokeErrorMessage(error);
            }

            datagrams = datagrams[length..];
        }
    }

    /// <summary>Sends what the receiving thread has to say to the last batch.</summary>
    public void Flush()
    {
        answering = 0;
        SendQueued();
    }

    /// <summary>Ends the present wait for datagrams and every one after it.</summary>
    /// <remarks>The kernel says that the socket is not connected, and wakes the waiting thread all the same.</remarks>
    public void EndReceive() => _ = Shutdown(socket.SafeHandle, 0);

    /// <summary>Closes the socket. Who still uses it gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Close() => socket.Dispose();

    /// <summary>Closes the socket and gives its memory back; nobody may use it any more.</summary>
    public void Dispose()
    {
        socket.Dispose();
        incoming.Dispose();
        outgoing.Dispose();
    }

    private void Enqueue(ReadOnlySpan<byte> datagram, TransferRoute route)
    {
        if (queued == Batch) SendQueued();
        var message = outgoing.Messages + queued;
        datagram.CopyTo(new Span<byte>(outgoing.Pieces[queued].Start, Room));
        outgoing.Pieces[queued].Length = (nuint)datagram.Length;
        route.Address.CopyTo(new Span<byte>(message->Address, AddressRoom));
        message->AddressLength = (uint)route.Address.Length;
        routes[queued++] = route;
    }

    /// <summary>
    /// Never waits for room in the send buffer: what was sent to a neighbour that does not answer ARP fills it for seconds, and all other
    /// transfers of the socket would wait with it.
    /// </summary>
    private void SendQueued()
    {
        for (var sent = 0; sent < queued;)
        {
            var count = queued == 1 ? Math.Sign(SendOne(socket.SafeHandle, outgoing.Messages, DoNotWait)) : SendMany(socket.SafeHandle, outgoing.Messages + sent, (uint)(queued - sent), DoNotWait);
            if (count > 0)
            {
                sent += count;
                continue;
            }

            if (Marshal.GetLastPInvokeError() == Interrupted) continue;
            routes[sent++]!.Problem = Marshal.GetLastPInvokeErrorMessage();
        }

        Array.Clear(routes, 0, queued);
        queued = 0;
    }

    private bool TrySendNow(ReadOnlySpan<byte> datagrams, int datagramSize, TransferRoute route)
    {
        fixed (byte* start = datagrams, address = route.Address)
        {
            var piece = new Piece { Start = start, Length = (nuint)datagrams.Length };
            var message = new Message { Address = address, AddressLength = (uint)route.Address.Length, Pieces = &piece, PieceCount = 1 };
            var control = stackalloc byte[ControlLength];
            if (datagrams.Length > datagramSize)
            {
                // struct cmsghdr with one uint16_t
                *(nuint*)control = 16 + sizeof(ushort);
                *(int*)(control + 8) = SolUdp;
                *(int*)(control + 12) = UdpSegment;
                *(ushort*)(control + 16) = (ushort)datagramSize;
                message.Control = control;
                message.ControlLength = ControlLength;
            }

            return SendOne(socket.SafeHandle, &message, DoNotWait) >= 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(SafeHandle socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendOne(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(SafeHandle socket, int how);

    /// <summary>Memory that stays in its place, for a batch.</summary>
    private sealed class Queue : IDisposable
    {
        private readonly byte* rooms = (byte*)NativeMemory.AllocZeroed(Batch, Room + AddressRoom);

        public Queue()
        {
            for (var i = 0; i < Batch; i++)
            {
                Pieces[i].Start = rooms + (i * Room);
                Messages[i] = new Message { Address = rooms + (Batch * Room) + (i * AddressRoom), Pieces = Pieces + i, PieceCount = 1 };
            }
        }

        public Piece* Pieces { get; } = (Piece*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Piece));

        public Message* Messages { get; } = (Message*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Message));

        public void Dispose()
        {
            NativeMemory.Free(rooms);
            NativeMemory.Free(Pieces);
            NativeMemory.Free(Messages);
        }
    }

    /// <summary>struct iovec</summary>
    private struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct mmsghdr of 64-bit Linux; it begins with a struct msghdr.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Message
    {
        [FieldOffset(0)]
        public byte* Address;

        [FieldOffset(8)]
        public uint AddressLength;

        [FieldOffset(16)]
        public Piece* Pieces;

        [FieldOffset(24)]
        public nuint PieceCount;

        [FieldOffset(32)]
        public byte* Control;

        [FieldOffset(40)]
        public nuint ControlLength;

        [field: FieldOffset(56)]
        public uint Length { get; }
    }
}
