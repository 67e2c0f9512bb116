using BootAppliance.Http.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http.Limits;

/// <summary>Bounds the open connections of one plane's TCP endpoints. Kestrel's own limit would count the Unix socket too.</summary>
internal sealed class ConnectionLimit(int maximum, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private int open;
    private long? said;

    /// <summary>To be called before TLS is put on the endpoint: a connection too many must not get that far.</summary>
    public void Apply(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        if (!TryEnter(endpoint))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    });

    private bool TryEnter(ListenOptions endpoint)
    {
        if (Interlocked.Increment(ref open) <= maximum) return true;
        Interlocked.Decrement(ref open);
        lock (gate)
        {
            if (said is { } last && time.GetElapsedTime(last) < Silence) return false;
            said = time.GetTimestamp();
        }

        AccessLog.TooManyConnections(logger, endpoint.ToString() ?? "", maximum);
        return false;
    }
}
