using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Tftp.Tests.Clients;

/// <summary>Carries packets between one client and a server in single-port mode; of a hundred it loses three and doubles five, by a fixed seed.</summary>
internal sealed class LossyRelay : IDisposable
{
    private readonly Socket clientSide = Bound();
    private readonly Socket serverSide = Bound();
    private readonly Random random = new(20_300_103);
    private EndPoint? client;

    public LossyRelay(IPEndPoint server)
    {
        _ = CarryAsync(clientSide, serverSide, () => server);
        _ = CarryAsync(serverSide, clientSide, () => client!);
    }

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
