using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tests.Commands;

/// <summary>Something that answers on a Unix socket like the appliance would, and remembers what it was asked.</summary>
internal sealed class FakeAppliance : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<string> requests = new();

    private FakeAppliance(string socket, Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        application = builder.Build();
        application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
            await answer(context);
        });
    }

    /// <summary>Each request in one line: method, path, query and body.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    public static Task<FakeAppliance> StartAsync(string socket, string json, HttpStatusCode status = HttpStatusCode.OK) => StartAsync(socket, async context =>
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    });

    public static async Task<FakeAppliance> StartAsync(string socket, Func<HttpContext, Task> answer)
    {
        var appliance = new FakeAppliance(socket, answer);
        await appliance.application.StartAsync();
        return appliance;
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();
}
