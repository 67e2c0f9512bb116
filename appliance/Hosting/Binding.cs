using System.Net.Sockets;
using BootAppliance.Dhcp.Server;

namespace BootAppliance.Hosting;

/// <summary>Opens ports, and says in the operator's terms why one cannot be opened.</summary>
internal static class Binding
{
    internal const string Rights = "Run as root, or give the program the capabilities: setcap cap_net_bind_service,cap_net_raw+ep bootappliance";

    /// <summary>Machines ask there and nowhere else.</summary>
    private static readonly int[] fixedPorts = [67, DhcpListenerSettings.BootServerPort];

    /// <summary>Opens a UDP or TCP port.</summary>
    public static async Task OpenAsync(string protocol, int port, string setting, Func<Task> open)
    {
        try
        {
            await open();
        }
        catch (Exception failure) when (Find(failure) is { } reason)
        {
            throw new StartupException(Explain(protocol, port, setting, reason), failure);
        }
    }

    /// <summary>Opens a socket for whole Ethernet frames.</summary>
    public static async Task<T> OpenFramesAsync<T>(string nic, Func<Task<T>> open)
    {
        try
        {
            return await open();
        }
        catch (SocketException reason)
        {
            throw new StartupException($"frames cannot be sent on '{nic}': {WhyNoFrames(nic, reason)}", reason);
        }
    }

    private static SocketException? Find(Exception? failure) => failure switch
    {
        null => null,
        SocketException reason => reason,
        _ => Find(failure.InnerException),
    };

    private static string WhyNoFrames(string nic, SocketException reason) => reason.SocketErrorCode switch
    {
        SocketError.AccessDenied => $"{reason.Message}. {Rights}",
        SocketError.NetworkDown => $"it has gone down. Bring it up with: ip link set {nic} up",
        _ => $"{reason.Message}.",
    };

    private static string Explain(string protocol, int port, string setting, SocketException reason)
    {
        var name = $"{protocol.ToUpperInvariant()} port {port} ({setting})";
        return reason.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{name} is taken by {PortOwner.Find(protocol, port) ?? "another process"}. Stop it{(fixedPorts.Contains(port) ? "" : ", or set another port")}.",
            SocketError.AccessDenied => $"{name} may not be opened by this user. {Rights}",
            SocketError.AddressNotAvailable => $"{name}: this machine does not have the address it is to listen on. Look at Network:Address and Api:Endpoint.",
            _ => $"{name} cannot be opened: {reason.Message}.",
        };
    }
}
