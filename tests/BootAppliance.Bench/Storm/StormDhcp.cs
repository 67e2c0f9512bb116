using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Bench.Dhcp;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Bench.Storm;

/// <summary>The DHCP side of all machines: one socket, since every answer to a machine without an address is a broadcast.</summary>
internal sealed class StormDhcp : IDisposable
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int BindToDevice = 25; // SO_BINDTODEVICE

    private static readonly IPEndPoint everybody = new(IPAddress.Broadcast, 67);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true, ReceiveBufferSize = 16 << 20 };
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<DhcpMessage>> waiting = [];
    private uint transactions;
    private int repeats;

    public StormDhcp()
    {
        // There is no way to everybody but by an interface.
        socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(DhcpWire.ClientInterface));
        socket.Bind(new IPEndPoint(IPAddress.Any, 68));
        new Thread(Receive) { IsBackground = true }.Start();
    }

    /// <summary>How many requests were asked again.</summary>
    public int Repeats => repeats;

    /// <summary>DISCOVER, OFFER, REQUEST, ACK; the ACK.</summary>
    public async Task<DhcpMessage> Acquire(uint machine, byte[] hardware, byte[] options, CancellationToken cancellation)
    {
        byte[] identity = [97, 17, 0, .. new byte[12], 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(identity.AsSpan(15), machine + 1);
        byte[] common = [55, 8, 1, 3, 6, 43, 54, 60, 66, 67, 57, 2, 5, 192, .. identity, .. options];
        var offer = await Ask(hardware, [53, 1, 1, .. common], cancellation);
        return await Ask(hardware, [53, 1, 3, .. common, 50, 4, .. offer.YourAddress.GetAddressBytes(), 54, 4, .. offer.ServerIdentifier!.GetAddressBytes()], cancellation);
    }

    public void Dispose() => socket.Dispose();

    private async Task<DhcpMessage> Ask(byte[] hardware, byte[] options, CancellationToken cancellation)
    {
        var message = new byte[548];
        var transaction = Interlocked.Increment(ref transactions);
        (message[0], message[1], message[2]) = (1, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), transaction);
        message[10] = 0x80; // the broadcast flag
        hardware.CopyTo(message.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x63825363);
        ((byte[])[.. options, 255]).CopyTo(message, 240);
        var answer = new TaskCompletionSource<DhcpMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[transaction] = answer;
        try
        {
            // As firmware does: four seconds, then twice as many each time.
            for (var wait = TimeSpan.FromSeconds(4); ; wait *= 2)
            {
                await socket.SendToAsync(message, everybody, cancellation);
                try
                {
                    return await answer.Task.WaitAsync(wait, cancellation);
                }
                catch (TimeoutException) when (wait < TimeSpan.FromSeconds(60))
                {
                    Interlocked.Increment(ref repeats);
                }
            }
        }
        finally
        {
            waiting.TryRemove(transaction, out _);
        }
    }

    private void Receive()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = socket.Receive(buffer);
                if (length < 240 || !waiting.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(4)), out var answer)) continue;
                if (DhcpMessage.TryParse(buffer.AsSpan(0, length).ToArray(), out var message, out _) && message.MessageType is DhcpMessageType.Offer or DhcpMessageType.Ack) answer.TrySetResult(message);
            }
        }
        catch (SocketException)
        {
            // Closed: the storm is over.
        }
    }
}
