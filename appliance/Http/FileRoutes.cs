using System.Net;
using BootAppliance.Firmware;
using BootAppliance.Images;
using BootAppliance.Netboot.Timeline;

namespace BootAppliance.Http;

/// <summary>The files: <c>/images/</c> from the operator's folder, <c>/firmware/</c> from inside the program.</summary>
internal sealed class FileRoutes(ConfinedFolder images, LoaderCatalog loaders, BootTimeline timeline, TimeProvider time, ILogger<FileRoutes> logger)
{
    private delegate void Report(IPAddress from, string file, long bytes, TimeSpan duration, bool complete);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/images/{**path}", ImageAsync);
        routes.Map("/firmware/{**path}", LoaderAsync);
    }

    private async Task ImageAsync(HttpContext context)
    {
        var path = RequestedPath(context);
        var refusal = images.TryOpen(path, out var file);
        if (file is not null)
        {
            await SendAsync(context, file, timeline.ImageSent);
            return;
        }

        if (refusal == FolderRefusal.OutsideRoot) BootLog.OutsideRoot(logger, context.Connection.RemoteIpAddress, path);
        if (HttpMethods.IsGet(context.Request.Method)) timeline.ImageRefused(From(context), path, Words(refusal));
        await BootAnswers.NotFoundAsync(context);
    }

    private async Task LoaderAsync(HttpContext context)
    {
        var path = RequestedPath(context);
        if (loaders.OpenOwn(path) is { } file)
        {
            await SendAsync(context, file, timeline.LoaderSent);
            return;
        }

        if (loaders.FindEmbedded(path) is not { } loader)
        {
            await BootAnswers.NotFoundAsync(context);
            return;
        }

        await using var content = new MemoryStream(loader.Bytes, writable: false);
        await SendAsync(context, content, loader.Name, loader.Sha256[..16], lastModified: null, timeline.LoaderSent);
    }

    private static string RequestedPath(HttpContext context) => context.GetRouteValue("path") as string ?? "";

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private string Words(FolderRefusal refusal) => refusal switch
    {
        FolderRefusal.AccessDenied => $"this user may not read it below {images.Root}",
        FolderRefusal.OutsideRoot => $"it leads out of {images.Root}",
        _ => $"there is no such file below {images.Root}",
    };

    private async Task SendAsync(HttpContext context, OpenedFile file, Report report)
    {
        await using var content = new FileStream(file.Handle, FileAccess.Read, bufferSize: 0);
        await SendAsync(context, content, file.Name, $"{file.Length:x}-{file.LastModified.UtcTicks:x}", file.LastModified, report);
    }

    private async Task SendAsync(HttpContext context, Stream content, string name, string tag, DateTimeOffset? lastModified, Report report)
    {
        var started = time.GetTimestamp();
        var sent = await BootAnswers.FileAsync(context, content, tag, lastModified);
        if (!HttpMethods.IsGet(context.Request.Method) || context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent)) return;
        report(From(context), name, sent, time.GetElapsedTime(started), sent == context.Response.ContentLength);
    }
}
