using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Tests;

/// <summary>Both ends of a connection over the loopback.</summary>
internal sealed record SocketPair(Socket Client, Socket Server) : IDisposable
{
    public static async Task<SocketPair> OpenAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        return new SocketPair(client, await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
