using System.Net;
using BootAppliance.Http.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace BootAppliance.Http.Limits;

/// <summary>
/// Bounds the open connections of one plane's TCP endpoints, where they are accepted. Kestrel's own limit would count the Unix socket too, and
/// looks when the connection's turn has come: a flood is accepted long before.
/// </summary>
internal sealed class ConnectionLimit(int maximum, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private int open;
    private long? said;

    /// <summary>To be put into the services of the plane.</summary>
    public void Add(IServiceCollection services) =>
        services.AddSingleton<IConnectionListenerFactory>(provider => new Listeners(ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), this));

    private bool TryEnter(EndPoint endpoint)
    {
        if (Interlocked.Increment(ref open) <= maximum) return true;
        Interlocked.Decrement(ref open);
        lock (gate)
        {
            if (said is { } last && time.GetElapsedTime(last) < Silence) return false;
            said = time.GetTimestamp();
        }

        AccessLog.TooManyConnections(logger, endpoint, maximum);
        return false;
    }

    private void Leave() => Interlocked.Decrement(ref open);

    private sealed class Listeners(SocketTransportFactory sockets, ConnectionLimit limit) : IConnectionListenerFactory
    {
        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellation = default)
        {
            var listener = await sockets.BindAsync(endpoint, cancellation);
            return endpoint is IPEndPoint ? new Listener(listener, limit) : listener;
        }
    }

    private sealed class Listener(IConnectionListener sockets, ConnectionLimit limit) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellation = default)
        {
            while (await sockets.AcceptAsync(cancellation) is { } connection)
            {
                if (limit.TryEnter(EndPoint)) return new CountedConnection(connection, limit.Leave);
                connection.Abort();
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellation = default) => sockets.UnbindAsync(cancellation);

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }
}
