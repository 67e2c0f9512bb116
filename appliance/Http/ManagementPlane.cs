using System.Net;
using System.Net.Sockets;
using BootAppliance.Hosting;
using BootAppliance.Http.Access;
using BootAppliance.Http.Api;
using BootAppliance.Http.Baremetal;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Http.Limits;
using BootAppliance.Settings;

namespace BootAppliance.Http;

/// <summary>The management plane: the operator's API on a Unix socket and on a TCP port, and what the boot plane serves to everybody for those who look here for it.</summary>
internal static class ManagementPlane
{
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static WebApplication Build(
        ApiSettings settings, int maxConnections, string proxy, BootRoutes boot, BaremetalApi baremetal, IEnumerable<Action<IEndpointRouteBuilder>> api, TimeProvider time, ILoggerFactory loggers)
    {
        ClearSocket(settings.Socket);
        var access = new ManagementAccess(settings, proxy, time, loggers);
        var limit = new ConnectionLimit(maxConnections, time, loggers.CreateLogger(nameof(ManagementPlane)));
        var app = WebPlane.Create(loggers, kestrel =>
        {
            kestrel.ListenUnixSocket(settings.Socket, OverSocket.Mark);
            foreach (var address in Addresses(settings.Endpoint))
                kestrel.Listen(address, settings.Endpoint.Port, access.Configure);
        }, BaremetalApi.AddVersion, services =>
        {
            limit.Add(services);
            ApiDocument.Add(services);
        });
        app.Lifetime.ApplicationStopped.Register(access.Dispose);
        app.Use(ApiErrors.HandleAsync);
        access.Guard(app);
        app.Use(BodyLimit.ApplyAsync);
        BaremetalApi.Use(app);
        var everybody = app.MapGroup("").AllowAnonymous();
        boot.Map(everybody.MapGroup("").WithMetadata(new ForMachines()));
        baremetal.MapOpen(everybody);
        baremetal.Map(app);
        var routes = app.MapGroup("/api");
        foreach (var map in api) map(routes);
        routes.MapOpenApi("/openapi.json");
        routes.MapFallback("{*path}", ApiErrors.NotFoundAsync);
        app.MapFallback("{*path}", BaremetalErrors.NotFoundAsync);
        return app;
    }

    /// <summary>To be called when the plane has started: only the socket's owner and group may speak through it.</summary>
    public static void Protect(string socketPath) => File.SetUnixFileMode(socketPath, SocketMode);

    private static IEnumerable<IPAddress> Addresses(Uri endpoint) =>
        endpoint.Host == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Parse(endpoint.DnsSafeHost)];

    /// <summary>A killed process leaves its socket behind; one that answers belongs to a running appliance and is not touched.</summary>
    private static void ClearSocket(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (Answers(path)) throw new StartupException($"Api:Socket: another appliance is running: it answers on {path}.");
            File.Delete(path);
            using var trial = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            trial.Bind(new UnixDomainSocketEndPoint(path));
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new StartupException($"Api:Socket: {path} cannot be made: {failure.Message}. Make its folder writable for this user, or set Api:Socket to a path that is.", failure);
        }
    }

    private static bool Answers(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
