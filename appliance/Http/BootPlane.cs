using System.Net;
using BootAppliance.Http.Files;
using BootAppliance.Http.Limits;

namespace BootAppliance.Http;

/// <summary>The boot plane's HTTP server: for machines on the provisioning subnets, without credentials, and with one and the same answer to everything it refuses.</summary>
internal static class BootPlane
{
    public static WebApplication Build(
        IPAddress address, int port, int maxConnections, long maxRate, Func<IPAddress, bool> serves, IEnumerable<Action<IEndpointRouteBuilder>> routes, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger(nameof(BootPlane));
        var limit = new ConnectionLimit(maxConnections, time, logger);
        var files = new FileConnections(maxRate);
        var app = WebPlane.Create(loggers, kestrel => kestrel.Listen(address, port, files.Apply), services: limit.Add);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            var from = context.Connection.RemoteIpAddress;
            if (from is not null && serves(from)) return AnswerAsync(context, next, logger);
            BootLog.NotServed(logger, from, context.Request.Method, context.Request.Path);
            return BootAnswers.NotFoundAsync(context);
        });
        app.Use(BodyLimit.ApplyAsync);
        foreach (var map in routes) map(app);
        return app;
    }

    /// <summary>A fault of ours is for the log; the machine gets the answer that everything else gets.</summary>
    private static async Task AnswerAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            BootLog.Fault(logger, fault, context.Connection.RemoteIpAddress, context.Request.Path);
            if (context.Response.HasStarted) context.Abort();
            else await BootAnswers.NotFoundAsync(context);
        }
    }
}
