using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tftp.Server;

/// <summary>Opens the sockets of a listener and of its transfers; with a port range it knows which ports are free.</summary>
internal sealed class DataPorts
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    private readonly TftpServerSettings settings;
    private readonly ConcurrentQueue<int>? free;

    public DataPorts(TftpServerSettings settings)
    {
        this.settings = settings;
        if (settings.DataPorts is { } range) free = new ConcurrentQueue<int>(Enumerable.Range(range.First, range.Last - range.First + 1));
    }

    /// <summary>A socket on the listening address, interface and the given port; 0 is any port.</summary>
    public static Socket Bind(TftpServerSettings settings, int port)
    {
        var socket = new Socket(settings.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (settings.InterfaceName is { } name) socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(name));
            socket.Bind(new IPEndPoint(settings.EndPoint.Address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket for one transfer, or null when none is to be had now.</summary>
    public Socket? Open()
    {
        if (free is null) return TryBind(0);
        for (var tries = free.Count; tries > 0 && free.TryDequeue(out var port); tries--)
        {
            if (TryBind(port) is { } socket) return socket;

            // Somebody else on this machine has it; perhaps not for long.
            free.Enqueue(port);
        }

        return null;
    }

    public void Close(Socket socket)
    {
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        socket.Dispose();
        free?.Enqueue(port);
    }

    private Socket? TryBind(int port)
    {
        try
        {
            return Bind(settings, port);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
