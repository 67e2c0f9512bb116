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
    private const int LargestDatagram = 65535;
    private const int SocketLevel = 1; // SOL_SOCKET of Linux
    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private static readonly TimeSpan ReceivePause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim underWay = new(settings.MaximumUnderWay);
    private readonly CancellationTokenSource stopping = new();
    private readonly string name = settings.Interface ?? "any";
    private Socket? socket;
    private PacketSocket? packets;
    private Task receiving = Task.CompletedTask;

    /// <summary>The bound address and port, once started.</summary>
    public IPEndPoint? LocalEndPoint => (IPEndPoint?)socket?.LocalEndPoint;

    /// <summary>
    /// Opens the sockets and begins to serve. A <see cref="SocketException"/> says why not: the port is taken, the interface or a
    /// capability missing.
    /// </summary>
    public void Start()
    {
        // Without SO_REUSEADDR: with it, two servers could share the port without either knowing.
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        if (settings.Interface is not null)
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(settings.Interface + '\0'));
            packets = new PacketSocket(settings.Interface, etherType: 0);
        }

        socket.Bind(new IPEndPoint(IPAddress.Any, settings.ServerPort));
        receiving = ReceiveAsync(socket);
        DhcpLog.Listening(journal.Logger, name, settings.Address, LocalEndPoint!.Port);
    }

    /// <summary>Stops receiving, and lets what is under way come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await receiving;
        for (var i = 0; i < settings.MaximumUnderWay; i++) await underWay.WaitAsync();
        socket?.Dispose();
        packets?.Dispose();
        underWay.Dispose();
        stopping.Dispose();
    }

    private async Task ReceiveAsync(Socket from)
    {
        var buffer = new byte[LargestDatagram];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var received = await from.ReceiveMessageFromAsync(buffer, SocketFlags.None, anyone, stopping.Token);
                Accept(buffer.AsSpan(0, received.ReceivedBytes), received);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                // Whatever it was, the next packet is another machine's.
                DhcpLog.ReceiveFailed(journal.Logger, failure, name, ReceivePause.TotalSeconds);
                await Task.Delay(ReceivePause, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Accept(ReadOnlySpan<byte> datagram, SocketReceiveMessageFromResult received)
    {
        if (!DhcpMessage.TryParse(datagram, out var message, out var error))
        {
            journal.Dropped(DhcpDropReason.Malformed, name, 0, client: null, $"{error}, {datagram.Length} bytes from {received.RemoteEndPoint}");
            return;
        }

        if (!underWay.Wait(0))
        {
            journal.Dropped(DhcpDropReason.Overloaded, name, message.TransactionId, DhcpClient.From(message), message.MessageType.ToRfcName());
            return;
        }

        var isUnicast = !received.PacketInformation.Address.Equals(IPAddress.Broadcast);
        _ = AnswerAsync(message, new DhcpArrival(name, settings.Address, isUnicast) { BootServerClient = settings.IsBootServer ? (IPEndPoint)received.RemoteEndPoint : null });
    }

    private async Task AnswerAsync(DhcpMessage message, DhcpArrival arrival)
    {
        try
        {
            if (await responder.RespondAsync(message, arrival) is not { } reply) return;
            var datagram = new byte[reply.MaximumLength];
            if (DhcpMessageWriter.TryWrite(reply.Message, datagram, out var length))
            {
                await SendAsync(reply.Destination, datagram.AsMemory(0, length));
                journal.Answered(reply.Exchange);
            }
            else
            {
                journal.Dropped(DhcpDropReason.AnswerTooLong, name, message.TransactionId, reply.Exchange.Client, $"{length} of {datagram.Length} bytes");
            }
        }
        catch (SocketException failure)
        {
            journal.Dropped(DhcpDropReason.SendFailed, name, message.TransactionId, DhcpClient.From(message), failure.Message);
        }
        catch (Exception fault)
        {
            journal.Fault(fault, name, message);
        }
        finally
        {
            underWay.Release();
        }
    }

    private async Task SendAsync(ReplyDestination to, ReadOnlyMemory<byte> datagram)
    {
        if (to.Path == ReplyPath.HardwareAddress && packets is not null)
        {
            var source = new IPEndPoint(settings.Address, settings.ServerPort);
            var destination = new IPEndPoint(to.Address, settings.ClientPort);
            packets.Send(UdpFrame.Write(packets.LocalAddress, to.HardwareAddress, source, destination, datagram.Span));
            return;
        }

        // RFC 2131 section 4.1: "If unicasting is not possible, the message MAY be sent as an IP broadcast".
        var address = to.Path == ReplyPath.HardwareAddress ? IPAddress.Broadcast : to.Address;
        await socket!.SendToAsync(datagram, SocketFlags.None, new IPEndPoint(address, to.PortWith(settings.ServerPort, settings.ClientPort)));
    }
}
