using System.Text.Json;
using BootAppliance.Images.Import;
using BootAppliance.Nodes;
using BootAppliance.Storage;

namespace BootAppliance.Http.Api;

/// <summary>Why a request to <c>/api</c> was refused; the message is shown to whoever asked.</summary>
internal sealed class ApiException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>The request makes no sense, whatever the state of things.</summary>
    public static ApiException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}

/// <summary>Turns every refusal into <c>{"error": {"code", "message"}}</c>.</summary>
internal static class ApiErrors
{
    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var (code, message) = Explain(failure);
            if (code == StatusCodes.Status500InternalServerError)
                ApiLog.Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(ApiErrors)), failure, context.Request.Method, context.Request.Path);
            await WriteAsync(context, code, message);
        }
    }

    /// <summary>A body of another type leads past the routes that take JSON, and is no reason to say that they are not there.</summary>
    public static Task NotFoundAsync(HttpContext context) => context.Request is { ContentType: { } type } request && !request.HasJsonContentType()
        ? WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, $"there is no {request.Method} {request.Path} that takes {type}: send JSON, with Content-Type: application/json")
        : WriteAsync(context, StatusCodes.Status404NotFound, $"there is no {context.Request.Method} {context.Request.Path}");

    private static (int Code, string Message) Explain(Exception failure) => failure switch
    {
        ApiException refused => (refused.Code, refused.Message),
        NodeException { Kind: NodeFailure.NotFound } missing => (StatusCodes.Status404NotFound, missing.Message),
        NodeException { Kind: NodeFailure.Conflict or NodeFailure.Locked } conflict => (StatusCodes.Status409Conflict, conflict.Message),
        NodeException { Kind: NodeFailure.Protected } kept => (StatusCodes.Status403Forbidden, kept.Message),
        NodeException refused => (StatusCodes.Status400BadRequest, refused.Message),
        DriverException driver => (StatusCodes.Status502BadGateway, driver.Message),
        ImportException import => (CodeOf(import.Refusal), import.Message),
        StoreUnavailableException store => (StatusCodes.Status503ServiceUnavailable, store.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.InnerException is JsonException json ? $"the body is not what is expected: {json.Message}" : bad.Message),
        _ => (StatusCodes.Status500InternalServerError, "the appliance failed at this request; its log says where"),
    };

    private static int CodeOf(ImportRefusal refusal) => refusal switch
    {
        ImportRefusal.Conflict => StatusCodes.Status409Conflict,
        ImportRefusal.NoRoom or ImportRefusal.NotWritable => StatusCodes.Status507InsufficientStorage,
        ImportRefusal.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };

    private static Task WriteAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message } });
    }
}
