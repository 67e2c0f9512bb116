using System.Text.Json;

namespace BootAppliance.Http.Access;

/// <summary>A refusal in the form in which Ironic gives them before a request has come to its API: <c>{"error": {"message", "code"}}</c>.</summary>
internal static class Refusal
{
    public static Task AnswerAsync(HttpContext context, int code, string message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, code } });
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
