using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Http.Files;

/// <summary>Divides what one client may get in a second among the connections on which it gets files at that time; the kernel keeps each to its part.</summary>
/// <param name="maxRate">The most bytes per second for one address; 0: as many as there can be.</param>
internal sealed class ClientRates(long maxRate)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int MaxPacingRate = 47; // SO_MAX_PACING_RATE

    private readonly Dictionary<IPAddress, List<Socket>> sending = [];

    /// <summary>Begins with all that a client may get, which is enough for what is no file; null: there is no limit.</summary>
    public ClientRate? Begin(EndPoint? client, Socket socket)
    {
        if (maxRate == 0) return null;
        Pace(socket, maxRate);
        return client is IPEndPoint { Address: var address } ? new ClientRate(this, address, socket) : null;
    }

    /// <summary>The connection sends one file more to this client.</summary>
    public void Add(IPAddress client, Socket socket)
    {
        lock (sending)
        {
            if (!sending.TryGetValue(client, out var sockets)) sending[client] = sockets = [];
            sockets.Add(socket);
            Divide(sockets);
        }
    }

    /// <summary>The connection sends one file less.</summary>
    public void Remove(IPAddress client, Socket socket)
    {
        lock (sending)
        {
            var sockets = sending[client];
            sockets.Remove(socket);
            if (sockets.Count == 0) sending.Remove(client);
            Divide(sockets);
        }
    }

    /// <summary>A connection of HTTP/2 can send several files at once.</summary>
    private void Divide(List<Socket> sockets)
    {
        foreach (var files in sockets.GroupBy(socket => socket)) Pace(files.Key, maxRate * files.Count() / sockets.Count);
    }

    private static void Pace(Socket socket, long rate)
    {
        try
        {
            socket.SetRawSocketOption(SocketLevel, MaxPacingRate, BitConverter.GetBytes(rate));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // A connection that is closed sends nothing.
        }
    }
}

/// <summary>One connection's part of what its client may get in a second.</summary>
internal sealed class ClientRate(ClientRates rates, IPAddress client, Socket socket)
{
    /// <summary>Takes its part for one file, until that is disposed of.</summary>
    public IDisposable Share()
    {
        rates.Add(client, socket);
        return new Taken(this);
    }

    private sealed class Taken(ClientRate rate) : IDisposable
    {
        public void Dispose() => rate.Release();
    }

    private void Release() => rates.Remove(client, socket);
}
