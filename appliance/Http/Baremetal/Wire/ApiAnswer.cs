using System.Text.Json;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>An answer of the bare metal API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Makes the JSON of the body; null: there is none, and no Content-Type.</param>
/// <param name="Location">Where the thing that was made or changed is seen; null: not said.</param>
internal sealed record ApiAnswer(int Status, Func<AnswerBody, Task>? Body = null, string? Location = null)
{
    public const string ContentType = "application/json";

    public static ApiAnswer Accepted { get; } = new(StatusCodes.Status202Accepted);

    public static ApiAnswer NoContent { get; } = new(StatusCodes.Status204NoContent);

    public static ApiAnswer Ok(Action<Utf8JsonWriter> body) => Long(answer =>
    {
        body(answer.Writer);
        return Task.CompletedTask;
    });

    /// <summary>An answer whose length nobody knows beforehand: its body pauses now and then, so that it is sent while it is made.</summary>
    public static ApiAnswer Long(Func<AnswerBody, Task> body) => new(StatusCodes.Status200OK, body);

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        if (Location is not null) response.Headers.Location = Location;
        if (Body is null)
        {
            if (Status != StatusCodes.Status204NoContent) response.ContentLength = 0;
            return;
        }

        response.ContentType = ContentType;
        await using var body = new AnswerBody(response);
        await Body(body);
        await body.EndAsync();
    }
}
