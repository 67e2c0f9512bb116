using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace BootAppliance.Http;

/// <summary>JSON that somebody sent: taken only if nothing that is done with it later can fail, so neither too deep, nor with one name twice, nor with a text that is none.</summary>
internal static class StrictJson
{
    /// <summary>How many levels JSON may have; deeper JSON has no use here, and the parser refuses it before it costs a stack.</summary>
    public const int Deepest = 32;

    private static readonly JsonDocumentOptions limits = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <summary>Reads a body; a <see cref="JsonException"/> says what is wrong with it.</summary>
    public static async Task<JsonElement> ReadAsync(Stream body, CancellationToken cancellation)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, limits, cancellation);
            ReadTexts(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException unreadable)
        {
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    /// <summary>The same of what was read without such care.</summary>
    public static JsonElement Read(JsonElement careless)
    {
        try
        {
            var read = JsonElement.Parse(JsonMarshal.GetRawUtf8Value(careless), limits);
            ReadTexts(read);
            return read;
        }
        catch (InvalidOperationException unreadable)
        {
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    /// <summary>The parser lets half of a UTF-16 surrogate pair through, and bytes that are no UTF-8, and reading such a text fails: better now than later.</summary>
    private static void ReadTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String && !IsPlain(JsonMarshal.GetRawUtf8Value(element))) _ = element.GetString();
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) ReadTexts(item);
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var member in element.EnumerateObject())
        {
            if (!IsPlain(JsonMarshal.GetRawUtf8PropertyName(member))) _ = member.Name;
            ReadTexts(member.Value);
        }
    }

    /// <summary>A text without escapes is what its bytes are, so a config drive of many megabytes need not be built to see that it can be read.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> raw) => !raw.Contains((byte)'\\') && Utf8.IsValid(raw);
}
