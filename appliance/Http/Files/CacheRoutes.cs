using System.Net;
using BootAppliance.Images;
using BootAppliance.Netboot.Timeline;

namespace BootAppliance.Http.Files;

/// <summary><c>/cache/KEY/VERSION/NAME</c>: images from elsewhere that a script has named; <c>/cache/KEY/NAME</c>: those that had still to come then.</summary>
internal sealed class CacheRoutes(ImageCache cache, BootTimeline timeline, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapReading("/cache/{key}/{version}/{name}", AnswerAsync);
        routes.MapReading("/cache/{key}/{name}", AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var isPart = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Range.Count > 0;
        var key = context.GetRouteValue("key") as string ?? "";
        switch (context.GetRouteValue("version") is string version ? cache.OpenVersion(key, version, isPart) : await cache.OpenAsync(key, isPart, context.RequestAborted))
        {
            case CacheAnswer.Whole { File: var file }:
                using (file.Handle) await SendAsync(context, new FileContent.OnDisk(file));
                break;

            case CacheAnswer.Growing { Image: var image }:
                using (image) await SendAsync(context, new FileContent.Growing(image));
                break;

            case CacheAnswer.Failed failed:
                Refuse(context, failed.Name, failed.Problem);
                await BootAnswers.UnavailableAsync(context, failed.Problem);
                break;

            case CacheAnswer.Gone gone:
                Refuse(context, gone.Name, gone.Problem);
                await BootAnswers.GoneAsync(context, gone.Problem);
                break;

            default:
                await BootAnswers.NotFoundAsync(context);
                break;
        }
    }

    private async Task SendAsync(HttpContext context, FileContent content)
    {
        var started = time.GetTimestamp();
        var isGet = HttpMethods.IsGet(context.Request.Method);
        using var watch = isGet ? Watch(From(context), content) : null;
        try
        {
            var sent = await FileAnswer.SendAsync(context, content, watch);
            var status = context.Response.StatusCode;
            if (isGet && status is StatusCodes.Status200OK or StatusCodes.Status206PartialContent)
                timeline.ImageSent(From(context), content.Name, sent, time.GetElapsedTime(started), sent == context.Response.ContentLength, status == StatusCodes.Status206PartialContent);
        }
        catch (IOException broken)
        {
            timeline.ImageRefused(From(context), content.Name, broken.Message);
            await BootAnswers.BreakOffAsync(context, broken.Message);
        }
    }

    private void Refuse(HttpContext context, string name, string problem)
    {
        if (HttpMethods.IsGet(context.Request.Method)) timeline.ImageRefused(From(context), name, problem);
    }

    private DownloadWatch Watch(IPAddress from, FileContent content) => new(content.Length, time, state =>
    {
        // A growing image is always sent from its beginning.
        if (state.Silence is { } wait && content is FileContent.Growing growing && state.Bytes >= growing.Image.Readable) timeline.ImageAwaited(from, content.Name, state.Bytes, state.Length, wait);
        else if (state.Silence is { } silence) timeline.ImageStalled(from, content.Name, state.Bytes, state.Length, silence);
        else timeline.ImageUnderWay(from, content.Name, state.Bytes, state.Length, state.Duration);
    });

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;
}
