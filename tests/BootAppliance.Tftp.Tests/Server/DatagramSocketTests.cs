using System.Net;
using System.Net.Sockets;
using BootAppliance.Lab.Network;
using BootAppliance.Tftp.Server;

namespace BootAppliance.Tftp.Tests.Server;

public class DatagramSocketTests
{
    [Theory]
    [InlineData(516, 64, 100)]
    [InlineData(1472, 64, 1472)]
    [InlineData(1472, 3, 1)]
    [InlineData(12, 64, 12)]
    public void Window_ArrivesAsItsDatagrams(int size, int count, int last)
    {
        using var receiver = Bound();
        using var sender = new DatagramSocket(Bound());
        SendWindow(sender, receiver, size, count, last, out var cannotSegment);
        cannotSegment.ShouldBeFalse();
    }

    /// <summary>Nothing is cut up where even a single datagram has to go in fragments.</summary>
    [Fact]
    public async Task Window_ArrivesAsItsDatagrams_WhereTheKernelCutsUpNothing()
    {
        var obstacle = NetworkNamespace.FindObstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        await using var home = await NetworkNamespace.Create();
        await home.Run("ip", "link", "set", "lo", "mtu", "500");
        var (receiving, sending) = await home.RunInside(() => (Bound(), Bound()));
        using var receiver = receiving;
        using var sender = new DatagramSocket(sending);
        SendWindow(sender, receiver, size: 516, count: 8, last: 100, out var cannotSegment);
        cannotSegment.ShouldBeTrue();
    }

    private static void SendWindow(DatagramSocket sender, Socket receiver, int size, int count, int last, out bool cannotSegment)
    {
        var route = new TransferRoute(receiver.LocalEndPoint!.Serialize());
        var window = TransferRig.Content(((count - 1) * size) + last);
        sender.Send(window, size, route);
        route.Problem.ShouldBeNull();
        cannotSegment = route.CannotSegment;

        var buffer = new byte[65536];
        for (var at = 0; at < window.Length; at += size)
            buffer[..receiver.Receive(buffer)].ShouldBe(window[at..Math.Min(window.Length, at + size)]);
        receiver.Available.ShouldBe(0);
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
