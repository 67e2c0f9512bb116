using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Hosting;

/// <summary>Tells systemd how the service is doing (sd_notify(3)); without systemd it does nothing.</summary>
internal static class SystemdNotify
{
    public static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path) return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // A name that begins with '@' is in the abstract name space, where that byte is zero.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // Whoever started us does not listen any more; the service itself is not worse for it.
        }
    }
}
