using System.Text;

namespace BootAppliance.Http;

/// <summary>
/// Answers that firmware understands: an exact Content-Length, no redirect, no chunks, no compression, no empty header (EDK2 hangs on
/// one), HEAD everywhere.
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

    /// <summary>Something that exists and cannot be had at this moment; the sentence is for whoever looks by hand.</summary>
    public static Task UnavailableAsync(HttpContext context, string problem) =>
        BytesAsync(context, StatusCodes.Status503ServiceUnavailable, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(problem + "\n"));

    /// <summary>
    /// The end of an answer that cannot be given after all: the sentence, or, where it has begun with a length, breaking off, which no boot program takes for whole.
    /// </summary>
    public static Task BreakOffAsync(HttpContext context, string problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return UnavailableAsync(context, problem);
    }

    private static async Task BytesAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
