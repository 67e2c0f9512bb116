using BootAppliance.Http.Access;
using Microsoft.AspNetCore.Http.Features;

namespace BootAppliance.Http.Limits;

/// <summary>Gives each request the body that it may have, and says it readably where one is larger.</summary>
internal static class BodyLimit
{
    public static async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        var limit = WebLimits.BodyOf(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge && !context.Response.HasStarted)
        {
            context.Response.StatusCode = large.StatusCode;
        }

        // Where a route has its body parsed for it, the framework keeps the exception and answers without a word.
        if (context.Response is { StatusCode: StatusCodes.Status413PayloadTooLarge, HasStarted: false })
            await Refusal.ExplainAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body of {context.Request.Method} {context.Request.Path} may have {limit} bytes, and this one has more");
    }
}
