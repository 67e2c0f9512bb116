using System.Buffers;
using System.Text.Json;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>An answer of the bare metal API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Writes the JSON of the body; null: there is none, and no Content-Type.</param>
/// <param name="Location">Where the thing that was made or changed is seen; null: not said.</param>
internal sealed record ApiAnswer(int Status, Action<Utf8JsonWriter>? Body = null, string? Location = null)
{
    public const string ContentType = "application/json";

    public static ApiAnswer Accepted { get; } = new(StatusCodes.Status202Accepted);

    public static ApiAnswer NoContent { get; } = new(StatusCodes.Status204NoContent);

    public static ApiAnswer Ok(Action<Utf8JsonWriter> body) => new(StatusCodes.Status200OK, body);

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        if (Location is not null) response.Headers.Location = Location;
        if (Body is null)
        {
            if (Status != StatusCodes.Status204NoContent) response.ContentLength = 0;
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(buffer)) Body(writer);
        response.ContentType = ContentType;
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory);
    }
}
