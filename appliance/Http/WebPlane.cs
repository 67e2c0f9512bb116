using System.Text.Json;
using System.Text.Json.Serialization;
using BootAppliance.Http.Limits;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http;

/// <summary>What both planes have in common: a Kestrel of their own, configured by this program alone.</summary>
internal static class WebPlane
{
    public static WebApplication Create(ILoggerFactory loggers, Action<KestrelServerOptions> listen, Func<HttpContext, RequestDelegate, Task>? beforeRouting = null, Action<IServiceCollection>? services = null)
    {
        // Not the default builder: it watches the folder that the program was started from, which takes seconds when that is the root of the disk,
        // and it reads settings that are not ours.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        services?.Invoke(builder.Services);
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.AllowSynchronousIO = false;
            // A whole URL as target counts before what the Host line says (RFC 9112 section 3.2.2); Kestrel would refuse the two where they differ.
            options.AllowHostHeaderOverride = true;
            WebLimits.Apply(options.Limits);
            options.ConfigureEndpointDefaults(HalfClose.Apply);
            listen(options);
        });
        var app = builder.Build();
        app.Use(CollapseSlashes);
        if (beforeRouting is not null) app.Use(beforeRouting);
        app.UseRouting();
        return app;
    }

    /// <summary>Names as in Ironic, and nothing for what is not there in a list of fields that may be absent.</summary>
    private static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    }

    /// <summary>Firmware joins paths with one slash too many, and a redirect to the right path ends its boot: the right answer is given at once.</summary>
    private static Task CollapseSlashes(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.Contains("//", StringComparison.Ordinal))
            context.Request.Path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return next(context);
    }
}
