using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tftp.Server;

/// <summary>Opens the sockets of a listener and of its transfers.</summary>
internal sealed class DataPorts(TftpServerSettings settings)
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int SoReceiveBufferForce = 33;

    /// <summary>A thousand machines ask, or acknowledge, in the same millisecond when the power of their racks comes back.</summary>
    private const int ReceiveBuffer = 4 * 1024 * 1024;

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

    /// <summary>The same with room for many packets that come at once.</summary>
    public static Socket BindRoomy(TftpServerSettings settings, int port)
    {
        var socket = Bind(settings, port);
        try
        {
            socket.SetRawSocketOption(SolSocket, SoReceiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        }
        catch (SocketException)
        {
            // Only CAP_NET_ADMIN may go beyond net.core.rmem_max.
            socket.ReceiveBufferSize = ReceiveBuffer;
        }

        return socket;
    }

    /// <summary>A socket for transfers on the first port that is free, or null when there is none now.</summary>
    public Socket? Open()
    {
        var range = settings.DataPorts ?? new TftpPortRange(0, 0);
        for (var port = range.First; port <= range.Last; port++)
        {
            try
            {
                return BindRoomy(settings, port);
            }
            catch (SocketException)
            {
                // Taken, by us or by somebody else on this machine.
            }
        }

        return null;
    }
}
