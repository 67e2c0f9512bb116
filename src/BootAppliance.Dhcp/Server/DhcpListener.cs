using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Where a listener listens.</summary>
public sealed record DhcpListenerSettings
{
    /// <summary>The UDP port of PXE boot servers.</summary>
    public const int BootServerPort = 4011;

    /// <summary>
    /// The network interface that is served; null: whatever reaches the port, without frames of our own (then broadcasts take their place).
    /// </summary>
    public string? Interface { get; init; }

    /// <summary>Our address there.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The network of the interface: clients with an address in it are reached by their hardware address; null: by ARP, as the others.</summary>
    public IPNetwork? Link { get; init; }

    /// <summary>The UDP port of servers and relays.</summary>
    public int ServerPort { get; init; } = 67;

    /// <summary>The UDP port of clients.</summary>
    public int ClientPort { get; init; } = 68;

    /// <summary>Whether this is port 4011 of PXE, whose clients have an address and are answered where they ask from.</summary>
    public bool IsBootServer { get; init; }

    /// <summary>How many packets may wait for their leases to become durable; more are dropped, since their clients ask again.</summary>
    public int MaximumUnderWay { get; init; } = 4096;
}

/// <summary>
/// Receives requests, has them answered, and sends the replies; a packet that waits for its lease to become durable holds up no other.
/// </summary>
public sealed class DhcpListener(DhcpListenerSettings settings, DhcpResponder responder, DhcpJournal journal, TimeProvider time) : IAsyncDisposable
{
    private const int SocketLevel = 1; // SOL_SOCKET of Linux
    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private const int LargeBuffer = 4 * 1024 * 1024;
    private static readonly TimeSpan ReceivePause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<DhcpTurn> unused = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string name = settings.Interface ?? "any";
    private readonly DhcpArrival broadcast = new(settings.Interface ?? "any", settings.Address, IsUnicast: false);
    private readonly DhcpArrival unicast = new(settings.Interface ?? "any", settings.Address, IsUnicast: true);
    private Socket? socket;
    private Thread? receiver;
    private PacketSocket? packets;

    // One more than there are packets, until the listener stops.
    private int underWay = 1;

    /// <summary>The bound address and port, once started.</summary>
    public IPEndPoint? LocalEndPoint => (IPEndPoint?)socket?.LocalEndPoint;

    /// <summary>
    /// Opens the sockets and begins to serve. A <see cref="SocketException"/> says why not: the port is taken, the interface or a
    /// capability missing.
    /// </summary>
    public void Start()
    {
        // Without SO_REUSEADDR: with it, two servers could share the port without either knowing.
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true, ReceiveBufferSize = LargeBuffer, SendBufferSize = LargeBuffer };
        if (settings.Interface is not null)
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(settings.Interface + '\0'));
            packets = new PacketSocket(settings.Interface, etherType: 0);
        }

        socket.Bind(new IPEndPoint(IPAddress.Any, settings.ServerPort));
        receiver = new Thread(Receive) { Name = $"DHCP {settings.ServerPort}", IsBackground = true };
        receiver.Start();
        DhcpLog.Listening(journal.Logger, name, settings.Address, LocalEndPoint!.Port);
    }

    /// <summary>Stops receiving, and lets what is under way come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        if (receiver is not null)
        {
            WakeReceiver(socket!);
            await received.Task;
            EndTurn();
            await answered.Task;
        }

        socket?.Dispose();
        packets?.Dispose();
        stopping.Dispose();
    }

    private void Receive()
    {
        using var batch = new DatagramBatch(socket!);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var count = batch.Receive();
                for (var i = 0; i < count && !stopping.IsCancellationRequested; i++) Take(batch, i);
            }
            catch (Exception failure)
            {
                // Whatever it was, the next packet is another machine's.
                DhcpLog.ReceiveFailed(journal.Logger, failure, name, ReceivePause.TotalSeconds);
                using var pause = new CancellationTokenSource(ReceivePause, time);
                WaitHandle.WaitAny([pause.Token.WaitHandle, stopping.Token.WaitHandle]);
            }
        }

        received.SetResult();
    }

    // Linux says that a socket without a peer cannot be shut down, and wakes who waits on it all the same.
    private static void WakeReceiver(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException notConnected) when (notConnected.SocketErrorCode == SocketError.NotConnected)
        {
        }
    }

    private void Take(DatagramBatch batch, int index)
    {
        if (!unused.TryDequeue(out var turn)) turn = new DhcpTurn(Finish);
        var datagram = batch.Datagram(index);
        if (turn.Request.Read(datagram) is not DhcpParseError.None and var error)
        {
            journal.Dropped(DhcpDropReason.Malformed, name, 0, client: null, $"{error}, {datagram.Length} bytes from {batch.Source(index)}");
            unused.Enqueue(turn);
            return;
        }

        if (Interlocked.Increment(ref underWay) > settings.MaximumUnderWay + 1)
        {
            journal.Dropped(DhcpDropReason.Overloaded, name, turn.Request.TransactionId, DhcpClient.From(turn.Request), turn.Request.MessageType.ToRfcName());
            unused.Enqueue(turn);
            EndTurn();
            return;
        }

        turn.Begin(Respond(turn, ArrivalOf(batch, index)));
    }

    private DhcpArrival ArrivalOf(DatagramBatch batch, int index)
    {
        if (settings.IsBootServer) return unicast with { BootServerClient = batch.Source(index) };
        return IPAddress.Broadcast.Equals(batch.Destination(index)) ? broadcast : unicast;
    }

    // What goes wrong before the first wait ends the packet in the same way as what goes wrong behind it.
    private ValueTask<DhcpReply?> Respond(DhcpTurn turn, DhcpArrival arrival)
    {
        try
        {
            return responder.RespondAsync(turn.Request, arrival, turn.Memory);
        }
        catch (Exception fault)
        {
            return ValueTask.FromException<DhcpReply?>(fault);
        }
    }

    private void Finish(DhcpTurn turn)
    {
        var request = turn.Request;
        try
        {
            if (turn.TakeReply() is not { } reply) return;
            if (turn.TryWrite(reply, out var length))
            {
                if (TrySend(turn, reply.Destination, length, out var problem)) journal.Answered(reply.Exchange);
                else journal.Dropped(DhcpDropReason.SendFailed, name, request.TransactionId, reply.Exchange.Client, problem);
            }
            else
            {
                journal.Dropped(DhcpDropReason.AnswerTooLong, name, request.TransactionId, reply.Exchange.Client, $"{length} of {reply.MaximumLength} bytes");
            }
        }
        catch (SocketException failure)
        {
            journal.Dropped(DhcpDropReason.SendFailed, name, request.TransactionId, DhcpClient.From(request), failure.Message);
        }
        catch (Exception fault)
        {
            journal.Fault(fault, name, request);
        }
        finally
        {
            unused.Enqueue(turn);
            EndTurn();
        }
    }

    private bool TrySend(DhcpTurn turn, ReplyDestination to, int length, out string problem)
    {
        // Without ARP wherever that is possible: an answer to an address that nobody has would stay in the socket's buffer, and enough of them
        // leave no room there for the others.
        var isOnLink = to.Path == ReplyPath.HardwareAddress || (to.Path == ReplyPath.ClientAddress && settings.Link is { } link && link.Contains(to.Address));
        if (isOnLink && packets is not null)
        {
            packets.Send(turn.Frame(
                length, new UdpFrameEnds(packets.LocalAddress, to.HardwareAddress, settings.Address, settings.ServerPort, to.Address, settings.ClientPort)));
            problem = "";
            return true;
        }

        // RFC 2131 section 4.1: "If unicasting is not possible, the message MAY be sent as an IP broadcast".
        var address = to.Path == ReplyPath.HardwareAddress ? IPAddress.Broadcast : to.Address;
        return UnblockedSend.TrySend(socket!, turn.Datagram(length), turn.Address(address, to.PortWith(settings.ServerPort, settings.ClientPort)), out problem);
    }

    private void EndTurn()
    {
        if (Interlocked.Decrement(ref underWay) == 0) answered.SetResult();
    }
}
