using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http.Files;

/// <summary>Gives the connections of an endpoint the way by which files go out without being copied.</summary>
/// <param name="maxRate">The most bytes per second for one client; 0: as many as there can be.</param>
internal sealed class FileConnections(long maxRate) : IDisposable
{
    private const int MostPumps = 8;
    private const int UserTimeout = 18; // TCP_USER_TIMEOUT

    /// <summary>A client that takes nothing for so long does not come back; the kernel watches for it.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);

    private readonly FilePump[] pumps = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, MostPumps)).Select(_ => new FilePump())];
    private readonly ClientRates rates = new(maxRate);
    private uint turn;

    /// <summary>To be called before TLS is put on the endpoint, which has to encrypt what it sends and takes the other way.</summary>
    public void Apply(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        var socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        socket.SetRawSocketOption(FileConnection.TcpLevel, UserTimeout, BitConverter.GetBytes((int)LongestSilence.TotalMilliseconds));
        var rate = rates.Begin(connection.RemoteEndPoint, socket);
        var output = new SocketOutput(connection, socket);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        connection.Features.Set(new FileConnection(socket, output, pumps[Interlocked.Increment(ref turn) % pumps.Length], rate, connection.ConnectionClosed));
        await next(connection);
    });

    /// <summary>To be called when the endpoint is closed.</summary>
    public void Dispose()
    {
        foreach (var pump in pumps) pump.Dispose();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>One connection's way for files.</summary>
/// <param name="socket">Its socket.</param>
/// <param name="output">Its other way out.</param>
/// <param name="pump">Sends what the socket does not take at once.</param>
/// <param name="rate">Its part of what the client may get.</param>
/// <param name="closed">Is cancelled when the server gives it up.</param>
internal sealed class FileConnection(Socket socket, SocketOutput output, FilePump pump, ClientRate? rate, CancellationToken closed)
{
    public const int TcpLevel = 6; // IPPROTO_TCP

    private const int CorkOption = 3; // TCP_CORK

    /// <summary>Lets it have its part of what the client may get in a second, until that is disposed of.</summary>
    public IDisposable? Share() => rate?.Share();

    /// <summary>Sends a transfer after what was flushed before it, as the next part of the body; tells how many bytes the client took.</summary>
    public async Task<long> SendAsync(FileTransfer transfer, PipeWriter body)
    {
        Cork(true);
        // What the socket takes at once is not worth waking another thread for: most loaders and kernels.
        if (transfer.Step(socket.SafeHandle) == FileTransferStep.Ended || !pump.TryAdd(socket.SafeHandle, transfer)) transfer.Complete();
        await using var abort = closed.Register(() => FilePump.Abort(transfer));
        var sent = await transfer.Completion;
        Cork(false);
        output.Count(body, sent);
        return sent;
    }

    /// <summary>
    /// Keeps a segment from going out before it is full (tcp(7)). Kestrel has its sockets send at once, and each acknowledgement would drive out
    /// whatever there is by then.
    /// </summary>
    private void Cork(bool on)
    {
        try
        {
            socket.SetRawSocketOption(TcpLevel, CorkOption, BitConverter.GetBytes(on ? 1 : 0));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // A connection that is closed sends nothing.
        }
    }
}
