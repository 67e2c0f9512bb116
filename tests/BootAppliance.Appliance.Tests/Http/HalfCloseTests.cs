using System.Net.Sockets;
using System.Security.Cryptography;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests;

/// <summary>Clients that close their direction of the connection as soon as they have asked: <c>printf 'GET …' | socat - TCP:…</c>.</summary>
public sealed class HalfCloseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Machine_ThatHasAskedItsLast_GetsTheWholeAnswer()
    {
        await using var server = await BootServer.StartAsync();
        // More than the socket takes at once.
        var content = RandomNumberGenerator.GetBytes(32 << 20);
        await File.WriteAllBytesAsync(Path.Combine(server.ImageFolder, "image"), content, Cancellation);
        using var client = await RawConnection.OpenAsync(server.Root);

        await client.SendAsync("GET /boot.ipxe HTTP/1.1\r\nHost: x\r\n\r\nGET /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);

        (await client.ReadAsync()).Status.ShouldBe(200);
        (await client.ReadAsync()).Body.AsSpan().SequenceEqual(content).ShouldBeTrue();
        (await client.Socket.ReceiveAsync(new byte[1], Cancellation)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Operator_WhoHasAskedItsLast_GetsTheAnswer(bool overUnixSocket)
    {
        using var rig = new CommandRig();
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var socket = overUnixSocket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (overUnixSocket) await socket.ConnectAsync(new UnixDomainSocketEndPoint(rig.Socket), Cancellation);
        else await socket.ConnectAsync(server.Root.Host, server.Root.Port, Cancellation);
        using var client = new RawConnection(socket);

        await client.SendAsync("GET /api/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n");
        socket.Shutdown(SocketShutdown.Send);

        (await client.ReadHeadAsync()).Status.ShouldBe(200);
    }

    /// <summary>It may as well be gone; an answer without an end would be kept for it for ever.</summary>
    [Fact]
    public async Task Answer_WithoutAnEnd_IsEndedAfterAWhile()
    {
        using var rig = new CommandRig();
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = await RawConnection.OpenAsync(server.Root);

        await client.SendAsync("GET /api/events/watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);

        (await client.ReadBodyAsync(long.MaxValue).WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).ShouldBeLessThan(1000);
    }
}
