using System.Net;
using BootAppliance.Firmware;
using BootAppliance.Images;
using BootAppliance.Netboot.Timeline;

namespace BootAppliance.Http;

/// <summary>The files: <c>/images/</c> from the operator's folder, <c>/firmware/</c> from inside the program.</summary>
internal sealed class FileRoutes(ConfinedFolder images, FirmwareCatalog firmware, BootTimeline timeline, TimeProvider time, ILogger<FileRoutes> logger)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/images/{**path}", ImageAsync);
        routes.Map("/firmware/{file}", FirmwareAsync);
    }

    private async Task ImageAsync(HttpContext context)
    {
        var path = context.GetRouteValue("path") as string ?? "";
        var refusal = images.TryOpen(path, out var file);
        if (file is null)
        {
            if (refusal == FolderRefusal.OutsideRoot) BootLog.OutsideRoot(logger, context.Connection.RemoteIpAddress, path);
            if (HttpMethods.IsGet(context.Request.Method)) timeline.ImageRefused(From(context), path, Words(refusal));
            await BootAnswers.NotFoundAsync(context);
            return;
        }

        await using var content = new FileStream(file.Handle, FileAccess.Read, bufferSize: 0);
        var tag = $"{file.Length:x}-{file.LastModified.UtcTicks:x}";
        await SendAsync(context, content, tag, file.LastModified, (from, bytes, duration, complete) => timeline.ImageSent(from, file.Name, bytes, duration, complete));
    }

    private async Task FirmwareAsync(HttpContext context)
    {
        if (firmware.Find(context.GetRouteValue("file") as string ?? "") is not { Content.IsEmpty: false } file)
        {
            await BootAnswers.NotFoundAsync(context);
            return;
        }

        await using var content = new MemoryStream(file.Content.ToArray(), writable: false);
        await SendAsync(context, content, file.Sha256[..16], lastModified: null, (from, bytes, duration, complete) => timeline.LoaderSent(from, file.Name, bytes, duration, complete));
    }

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private string Words(FolderRefusal refusal) => refusal switch
    {
        FolderRefusal.AccessDenied => $"this user may not read it below {images.Root}",
        FolderRefusal.OutsideRoot => $"it leads out of {images.Root}",
        _ => $"there is no such file below {images.Root}",
    };

    private async Task SendAsync(HttpContext context, Stream content, string tag, DateTimeOffset? lastModified, Action<IPAddress, long, TimeSpan, bool> report)
    {
        var started = time.GetTimestamp();
        var sent = await BootAnswers.FileAsync(context, content, tag, lastModified);
        if (!HttpMethods.IsGet(context.Request.Method) || context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent)) return;
        report(From(context), sent, time.GetElapsedTime(started), sent == context.Response.ContentLength);
    }
}
