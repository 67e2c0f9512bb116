using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http.Access;

/// <summary>The mark of a connection that came over the Unix socket, whose file mode says who can open one. Its listener gives it; nothing in a request can.</summary>
internal sealed class OverSocket
{
    private static readonly OverSocket mark = new();

    public static void Mark(ListenOptions listener) => listener.Use(next => connection =>
    {
        connection.Features.Set(mark);
        return next(connection);
    });

    public static bool Is(HttpContext context) => context.Features.Get<OverSocket>() is not null;
}
