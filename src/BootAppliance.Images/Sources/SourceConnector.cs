using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Images;

/// <summary>Connects to the servers of images, and not where a redirect may not lead.</summary>
/// <param name="lookUp">Says which addresses a name has.</param>
internal sealed class SourceConnector(Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    /// <summary>The redirects by which a request came to its URL.</summary>
    public static readonly HttpRequestOptionsKey<Redirection> Redirection = new(nameof(Redirection));

    /// <summary>As <see cref="SocketsHttpHandler.ConnectCallback"/>. A <see cref="RedirectRefused"/> says why there is no connection.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port, request) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port, context.InitialRequestMessage);
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await lookUp(host, cancellation);
        // A proxy is whom the operator has chosen, and looks names up by itself.
        var isProxy = host != request.RequestUri!.IdnHost;
        if (!isProxy && request.Options.TryGetValue(Redirection, out var redirection) && redirection.FindProblem(host, addresses) is { } problem) throw new RedirectRefused(problem);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>There is no connection, since a redirect led where it may not; its message says from where and whereto.</summary>
internal sealed class RedirectRefused(string problem) : IOException(problem);
