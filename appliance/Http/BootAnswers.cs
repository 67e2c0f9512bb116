using System.Text;

namespace BootAppliance.Http;

/// <summary>
/// Answers that firmware understands: an exact Content-Length, no redirect, no chunks, no compression, no empty header (EDK2 hangs on
/// one), HEAD everywhere.
/// </summary>
internal static class BootAnswers
{
    /// <summary>A boot script, made for this request: nobody may keep it.</summary>
    public static Task ScriptAsync(HttpContext context, string script)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TextAsync(context, StatusCodes.Status200OK, script);
    }

    /// <summary>The one answer to everything that does not exist, is not allowed, or is nobody's business.</summary>
    public static Task NotFoundAsync(HttpContext context) => TextAsync(context, StatusCodes.Status404NotFound, "Not Found\n");

    /// <summary>Something that exists and cannot be had at this moment; the sentence is for whoever looks by hand.</summary>
    public static Task UnavailableAsync(HttpContext context, string problem) =>
        TextAsync(context, StatusCodes.Status503ServiceUnavailable, problem + "\n");

    /// <summary>Something that was here and will not come back.</summary>
    public static Task GoneAsync(HttpContext context, string problem) => TextAsync(context, StatusCodes.Status410Gone, problem + "\n");

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

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text, context.RequestAborted);
    }
}
