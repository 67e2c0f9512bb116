using System.Text.Json;

namespace BootAppliance.Http.Access;

/// <summary>A refusal in the form in which Ironic gives them before a request has come to its API: <c>{"error": {"message", "code"}}</c>.</summary>
internal static class Refusal
{
    public static Task AnswerAsync(HttpContext context, int code, string message) => AnswerAsync(context, code, new { error = new { message, code } });

    /// <summary>A refusal that Ironic does not have, so that its command line, which reads <c>error_message</c> only, says why.</summary>
    public static Task ExplainAsync(HttpContext context, int code, string message) => AnswerAsync(context, code, new { error_message = message, error = new { message, code } });

    private static Task AnswerAsync<T>(HttpContext context, int code, T answer)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer);
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
