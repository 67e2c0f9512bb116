using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Tftp.Tests.Clients;

/// <summary>
/// Carries packets between one client and a server in single-port mode; of a hundred it loses three and doubles five, by a fixed seed.
/// The acknowledgement of the last block is never lost: its client is gone by then, and whether the transfer was complete would be left to luck.
/// </summary>
internal sealed class LossyRelay : IDisposable
{
    private readonly Socket clientSide = Bound();
    private readonly Socket serverSide = Bound();
    private readonly Random random = new(20_300_103);
    private readonly PacketTest isPrecious;
    private EndPoint? client;

    public LossyRelay(IPEndPoint server, int lastBlock)
    {
        byte[] lastAcknowledgement = [0, 4, (byte)(lastBlock >> 8), (byte)lastBlock];
        isPrecious = packet => packet.SequenceEqual(lastAcknowledgement);
        _ = CarryAsync(clientSide, serverSide, () => server);
        _ = CarryAsync(serverSide, clientSide, () => client!);
    }

    private delegate bool PacketTest(ReadOnlySpan<byte> packet);

    public int Port => ((IPEndPoint)clientSide.LocalEndPoint!).Port;

    public int Lost { get; private set; }

    public void Dispose()
    {
        clientSide.Dispose();
        serverSide.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task CarryAsync(Socket from, Socket to, Func<EndPoint> target)
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var packet = await from.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                if (from == clientSide) client = packet.RemoteEndPoint;
                int fate;
                lock (random) fate = random.Next(100);
                if (isPrecious(buffer.AsSpan(0, packet.ReceivedBytes))) fate = 99;
                if (fate < 3) Lost++;
                for (var copies = fate < 3 ? 0 : fate < 8 ? 2 : 1; copies > 0; copies--) to.SendTo(buffer.AsSpan(0, packet.ReceivedBytes), target());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed of: the test is over.
        }
    }
}
