using System.Net;
using BootAppliance.Http.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Tests;

/// <summary>One file on a free port of the loopback, all of it but its first thousand bytes, over an endpoint that a test sets up.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    public const int Offset = 1000;

    private readonly string path = Path.GetTempFileName();
    private readonly TaskCompletionSource<HttpContext> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileConnections files;
    private readonly WebApplication app;

    private FileServer(byte[] content, long maxRate, Action<ListenOptions> configure)
    {
        File.WriteAllBytes(path, content);
        files = new FileConnections(maxRate);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            files.Apply(endpoint);
            configure(endpoint);
        }));
        app = builder.Build();
        app.Run(async context =>
        {
            using var file = File.OpenHandle(path);
            context.Response.ContentLength = content.Length - Offset;
            asked.TrySetResult(context);
            await FileSender.SendFileAsync(context, file, Offset, content.Length - Offset);
            answered.TrySetResult();
        });
    }

    /// <summary>The first request.</summary>
    public Task<HttpContext> Asked => asked.Task;

    /// <summary>Ends when nothing is sent in answer to it any more.</summary>
    public Task Answered => answered.Task;

    public Uri Root => new(app.Urls.Single());

    public static async Task<FileServer> StartAsync(byte[] content, long maxRate, Action<ListenOptions> configure)
    {
        var server = new FileServer(content, maxRate, configure);
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        files.Dispose();
        File.Delete(path);
    }
}
