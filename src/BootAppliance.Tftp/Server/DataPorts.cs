using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tftp.Server;

/// <summary>Opens the sockets of a listener and of its transfers.</summary>
internal sealed class DataPorts(TftpServerSettings settings)
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int SoSendBufferForce = 32;
    private const int SoReceiveBufferForce = 33;

    /// <summary>A thousand machines ask, or acknowledge, in the same millisecond when the power of their racks comes back.</summary>
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    /// <summary>
    /// The kernel keeps up to 208 KiB for each neighbour that does not answer ARP (unres_qlen_bytes), for seconds. A rack whose power has
    /// gone must leave room for the transfers of others on the same socket.
    /// </summary>
    private const int SendBuffer = 16 * 1024 * 1024;

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
        if (!TryForce(socket, SoReceiveBufferForce, ReceiveBuffer)) socket.ReceiveBufferSize = ReceiveBuffer;
        if (!TryForce(socket, SoSendBufferForce, SendBuffer)) socket.SendBufferSize = SendBuffer;
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

    /// <summary>Only CAP_NET_ADMIN may go beyond net.core.rmem_max and wmem_max.</summary>
    private static bool TryForce(Socket socket, int option, int size)
    {
        try
        {
            socket.SetRawSocketOption(SolSocket, option, BitConverter.GetBytes(size));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
