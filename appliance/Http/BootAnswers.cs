using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace BootAppliance.Http;

/// <summary>
/// Answers that firmware understands: an exact Content-Length, no redirect, no chunks, no compression, no empty header (EDK2 hangs on
/// one), HEAD everywhere, Range for files.
/// </summary>
internal static class BootAnswers
{
    private static readonly byte[] notFound = "Not Found\n"u8.ToArray();

    /// <summary>A boot script, made for this request: nobody may keep it.</summary>
    public static Task ScriptAsync(HttpContext context, string script)
    {
        context.Response.Headers.CacheControl = "no-store";
        return BytesAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(script));
    }

    /// <summary>The one answer to everything that does not exist, is not allowed, or is nobody's business.</summary>
    public static Task NotFoundAsync(HttpContext context) => BytesAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", notFound);

    /// <summary>A file with Range, ETag and Last-Modified; tells how many bytes of it the client took, and the watch while it does.</summary>
    public static async Task<long> FileAsync(HttpContext context, Stream content, string entityTag, DateTimeOffset? lastModified, DownloadWatch? watch = null)
    {
        var counted = new CountingStream(context.Response.Body, watch is null ? null : count => watch.Taken(count, context.Response.ContentLength ?? count));
        context.Response.Body = counted;
        FileStreamHttpResult file = TypedResults.File(
            content, "application/octet-stream", lastModified: lastModified, entityTag: new EntityTagHeaderValue($"\"{entityTag}\""), enableRangeProcessing: true);
        try
        {
            await file.ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; the count below says how far it came.
        }

        return counted.Count;
    }

    private static async Task BytesAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
