using System.Net;
using BootAppliance.Firmware;
using BootAppliance.Images;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Timeline;

namespace BootAppliance.Http.Files;

/// <summary>The files: <c>/images/</c> from the operator's folder, <c>/firmware/</c> from inside the program, and what boot programs look for at any prefix.</summary>
internal sealed class FileRoutes(ConfinedFolder images, LoaderCatalog loaders, BootTimeline timeline, TimeProvider time, ILogger<FileRoutes> logger)
{
    private delegate void Report(IPAddress from, string file, long bytes, TimeSpan duration, bool complete);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapReading("/images/{**path}", ImageAsync);
        routes.MapReading("/firmware/{**path}", LoaderAsync);
        // iPXE and GRUB look for their first script beside the program that they came from, wherever that was.
        routes.MapFallback("{*path}", ReadingRoutes.Reading(LoaderScriptAsync));
    }

    private async Task ImageAsync(HttpContext context)
    {
        var path = RequestedPath(context);
        var refusal = images.TryOpen(path, out var file);
        if (file is not null)
        {
            using var watch = HttpMethods.IsGet(context.Request.Method) ? Watch(From(context), file) : null;
            await SendAsync(context, file, ImageSent(context), watch);
            return;
        }

        if (refusal == FolderRefusal.NotFound && AskedFile.Read(path).IsFirstScript)
        {
            await LoaderAsync(context);
            return;
        }

        if (refusal == FolderRefusal.OutsideRoot) BootLog.OutsideRoot(logger, context.Connection.RemoteIpAddress, path);
        if (HttpMethods.IsGet(context.Request.Method)) timeline.ImageRefused(From(context), path, refusal.Words(images.Root));
        await (refusal == FolderRefusal.CannotOpen ? BootAnswers.UnavailableAsync(context, refusal.Words(images.Root)) : BootAnswers.NotFoundAsync(context));
    }

    private Task LoaderScriptAsync(HttpContext context) =>
        AskedFile.Read(RequestedPath(context)).IsFirstScript ? LoaderAsync(context) : BootAnswers.NotFoundAsync(context);

    private async Task LoaderAsync(HttpContext context)
    {
        switch (loaders.Find(RequestedPath(context), From(context)))
        {
            case ServedFile.OnDisk disk:
                await SendAsync(context, disk.File, LoaderSent);
                break;

            case ServedFile.Embedded { Loader: var loader }:
                await SendAsync(context, new FileContent.InMemory(loader.Name, loader.Bytes, loader.Sha256[..16]), LoaderSent);
                break;

            case ServedFile.Generated made:
                if (HttpMethods.IsGet(context.Request.Method)) timeline.Fetched(From(context), made.Name);
                await BootAnswers.ScriptAsync(context, made.Text);
                break;

            default:
                await BootAnswers.NotFoundAsync(context);
                break;
        }
    }

    private Report ImageSent(HttpContext context) => (from, file, bytes, duration, complete) =>
        timeline.ImageSent(from, file, bytes, duration, complete, context.Response.StatusCode == StatusCodes.Status206PartialContent);

    private void LoaderSent(IPAddress from, string file, long bytes, TimeSpan duration, bool complete)
    {
        if (!complete || !timeline.Fetched(from, file)) timeline.LoaderSent(from, file, bytes, duration, complete);
    }

    private static string RequestedPath(HttpContext context) => PathTail.Decode(context.Request, context.GetRouteValue("path") as string ?? "");

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private DownloadWatch Watch(IPAddress from, OpenedFile file) => new(file.Length, time, state =>
    {
        if (state.Silence is { } silence) timeline.ImageStalled(from, file.Name, state.Bytes, state.Length, silence);
        else timeline.ImageUnderWay(from, file.Name, state.Bytes, state.Length, state.Duration);
    });

    private async Task SendAsync(HttpContext context, OpenedFile file, Report report, DownloadWatch? watch = null)
    {
        using var handle = file.Handle;
        await SendAsync(context, new FileContent.OnDisk(file), report, watch);
    }

    private async Task SendAsync(HttpContext context, FileContent content, Report report, DownloadWatch? watch = null)
    {
        var started = time.GetTimestamp();
        long sent;
        try
        {
            sent = await FileAnswer.SendAsync(context, content, watch);
        }
        catch (IOException broken)
        {
            BootLog.Fault(logger, broken, From(context), context.Request.Path);
            if (HttpMethods.IsGet(context.Request.Method)) timeline.ImageRefused(From(context), content.Name, broken.Message);
            await BootAnswers.BreakOffAsync(context, broken.Message);
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) || context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent)) return;
        report(From(context), content.Name, sent, time.GetElapsedTime(started), sent == context.Response.ContentLength);
    }
}
