using System.Net;

namespace BootAppliance.Http;

/// <summary>The boot plane's HTTP server: for machines on the provisioning subnets, without credentials, and with one and the same answer to everything it refuses.</summary>
internal static class BootPlane
{
    public static WebApplication Build(IPAddress address, int port, Func<IPAddress, bool> serves, BootRoutes boot, FileRoutes files, ILoggerFactory loggers)
    {
        var app = WebPlane.Create(loggers, kestrel => kestrel.Listen(address, port));
        var logger = loggers.CreateLogger(nameof(BootPlane));
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            var from = context.Connection.RemoteIpAddress;
            var read = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
            if (from is not null && serves(from) && read) return AnswerAsync(context, next, logger);
            BootLog.NotServed(logger, from, context.Request.Method, context.Request.Path);
            return BootAnswers.NotFoundAsync(context);
        });
        boot.Map(app);
        files.Map(app);
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
