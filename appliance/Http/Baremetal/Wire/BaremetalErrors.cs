using System.Text.Encodings.Web;
using System.Text.Json;
using BootAppliance.Nodes;
using BootAppliance.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>Turns every refusal into Ironic's form of one: JSON text inside of <c>error_message</c>, which its clients decode twice.</summary>
internal static class BaremetalErrors
{
    private const int LongestMessage = 2000;

    // As Ironic writes it: a quotation mark stays readable for people who see the text.
    private static readonly JsonSerializerOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var refusal = Explain(failure);
            if (refusal.Status == StatusCodes.Status500InternalServerError)
                BaremetalLog.Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(BaremetalErrors)), failure, context.Request.Method, context.Request.Path);
            await WriteAsync(context, refusal);
        }
    }

    /// <summary>The answer to a path that is none.</summary>
    public static Task NotFoundAsync(HttpContext context) => WriteAsync(context, new BaremetalException(StatusCodes.Status404NotFound, "") { Form = ErrorForm.Title });

    private static BaremetalException Explain(Exception failure) => failure switch
    {
        BaremetalException refusal => refusal,
        NodeException node => new(StatusOf(node.Kind), node.Message),
        DriverException driver => new(StatusCodes.Status502BadGateway, driver.Message),
        StoreUnavailableException store => new(StatusCodes.Status503ServiceUnavailable, store.Message),
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
        _ => new(StatusCodes.Status500InternalServerError, "The appliance failed at this request; its log says where."),
    };

    private static int StatusOf(NodeFailure kind) => kind switch
    {
        NodeFailure.NotFound => StatusCodes.Status404NotFound,
        NodeFailure.Conflict or NodeFailure.Locked => StatusCodes.Status409Conflict,
        NodeFailure.Protected => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status400BadRequest,
    };

    private static Task WriteAsync(HttpContext context, BaremetalException refusal)
    {
        // Many quote what was sent, which may have been megabytes.
        var message = refusal.Message.Length <= LongestMessage ? refusal.Message : refusal.Message[..LongestMessage] + "…";
        var inner = refusal.Form == ErrorForm.Title
            ? JsonSerializer.Serialize(new { code = refusal.Status, title = ReasonPhrases.GetReasonPhrase(refusal.Status), description = message }, options)
            : JsonSerializer.Serialize(new { faultcode = refusal.Status < 500 ? "Client" : "Server", faultstring = message, debuginfo = (string?)null }, options);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { error_message = inner }, options);
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = ApiAnswer.ContentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
