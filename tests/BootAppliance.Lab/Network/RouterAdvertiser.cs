using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Lab.Network;

/// <summary>The IPv6 router of a network, as far as machines that boot need one: it says that there are no addresses to be had from it (RFC 4861 section 4.2).</summary>
/// <remarks>
/// iPXE does not go on with the address that it has from DHCP before a router has answered or it has given up asking for one: four seconds later,
/// in the ROM of QEMU's cards fifteen, with the emulator's processor busy all the time.
/// </remarks>
internal sealed class RouterAdvertiser : IDisposable
{
    private const byte RouterSolicitation = 133;
    private const string Address = "fe80::1";
    private const int HopLimit = 255; // RFC 4861 section 6.1.2: hosts discard an advertisement that came over a router.
    private const int MaximumSize = 1500;

    // Hop limit 64, no flags, a router lifetime of 0 (it routes nothing), no timers, no options. The kernel puts the checksum in.
    private static readonly byte[] advertisement = [134, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Socket socket;
    private readonly IPEndPoint everyNode;

    private RouterAdvertiser(Socket socket, IPEndPoint everyNode)
    {
        this.socket = socket;
        this.everyNode = everyNode;
    }

    /// <summary>Starts it, unless this machine knows no IPv6.</summary>
    /// <param name="home">The namespace that it lives in.</param>
    /// <param name="name">The interface whose network it is on.</param>
    public static async Task<RouterAdvertiser?> Start(NetworkNamespace home, string name)
    {
        if (!Socket.OSSupportsIPv6) return null;
        await home.Run("ip", "address", "add", $"{Address}/64", "dev", name, "nodad");
        var router = await home.RunInside(() => Open(name));
        _ = router.AnswerAll();
        return router;
    }

    public void Dispose() => socket.Dispose();

    private static RouterAdvertiser Open(string name)
    {
        var everyRouter = IPAddress.Parse($"ff02::2%{name}");
        var opened = new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6);
        try
        {
            opened.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(everyRouter, everyRouter.ScopeId));
            opened.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, HopLimit);
            opened.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback, false);
            opened.Bind(new IPEndPoint(IPAddress.Parse($"{Address}%{name}"), 0));
            return new RouterAdvertiser(opened, new IPEndPoint(IPAddress.Parse($"ff02::1%{name}"), 0));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private async Task AnswerAll()
    {
        var packet = new byte[MaximumSize];
        try
        {
            while (true)
            {
                var size = await socket.ReceiveAsync(packet);
                if (size > 0 && packet[0] == RouterSolicitation) await socket.SendToAsync(advertisement, everyNode);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The network is gone, or this router is.
        }
    }
}
