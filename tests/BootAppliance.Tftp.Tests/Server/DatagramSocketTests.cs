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

    /// <summary>What waits for a neighbour's ARP answer fills the send buffer for seconds; nobody may wait with it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Send_DoesNotWait_ForANeighbourThatDoesNotAnswer(int datagramsAtOnce)
    {
        var obstacle = NetworkNamespace.FindObstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        await using var home = await NetworkNamespace.Create();
        await home.Run("ip", "link", "add", "rack", "type", "veth", "peer", "name", "silence");
        await home.Run("ip", "link", "set", "silence", "up");
        await home.Run("ip", "addr", "add", "198.18.0.1/24", "dev", "rack");
        await home.Run("ip", "link", "set", "rack", "up");
        var bound = await home.RunInside(() => Bound("198.18.0.1"));
        bound.SendBufferSize = 40_000;
        using var sender = new DatagramSocket(bound);
        var route = new TransferRoute(IPEndPoint.Parse("198.18.0.77:2070").Serialize());
        var window = TransferRig.Content(datagramsAtOnce * 1472);

        // A few megabytes: it takes ARP three seconds to give up a buffer of them.
        await Task.Run(() =>
        {
            for (var sent = 0; sent < 4_000_000; sent += window.Length) sender.Send(window, 1472, route);
        }, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        route.Problem.ShouldBe("Resource temporarily unavailable");
        route.CannotSegment.ShouldBeFalse();
    }

    [Fact]
    public async Task Window_WithoutAWayToItsClient_IsLost_AndTheNextIsCutUpAgain()
    {
        var obstacle = NetworkNamespace.FindObstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        await using var home = await NetworkNamespace.Create();
        await home.Run("ip", "link", "set", "lo", "up");
        await home.Run("ip", "route", "add", "prohibit", "203.0.113.0/24");
        var bound = await home.RunInside(() => Bound());
        using var sender = new DatagramSocket(bound);
        var route = new TransferRoute(IPEndPoint.Parse("203.0.113.7:2070").Serialize());
        sender.Send(TransferRig.Content(8 * 516), 516, route);
        route.Problem.ShouldNotBeNull();
        route.CannotSegment.ShouldBeFalse();
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

    private static Socket Bound(string address = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    }
}
