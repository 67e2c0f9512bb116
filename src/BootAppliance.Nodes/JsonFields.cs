using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>A field of a node whose value is a JSON object with keys of somebody's choice, as <c>properties</c> and <c>instance_info</c>; immutable, compared by value.</summary>
[JsonConverter(typeof(JsonFieldsConverter))]
public sealed class JsonFields : IEquatable<JsonFields>
{
    private readonly JsonElement content;

    private JsonFields(JsonElement content) => this.content = content;

    /// <summary>No fields at all.</summary>
    public static JsonFields Empty { get; } = new(JsonElement.Parse("{}"));

    /// <summary>How many fields there are.</summary>
    public int Count => content.GetPropertyCount();

    /// <summary>Takes fields from a JSON object; anything else is a caller's error.</summary>
    public static JsonFields From(JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Object) throw new ArgumentException("A JSON object is expected.", nameof(content));
        return content.GetPropertyCount() == 0 ? Empty : new JsonFields(content.Clone());
    }

    /// <summary>Reads the text of a JSON object.</summary>
    public static JsonFields Parse([StringSyntax(StringSyntaxAttribute.Json)] string json) => From(JsonElement.Parse(json));

    /// <summary>The JSON object.</summary>
    public JsonElement ToElement() => content;

    /// <summary>A field's value, whatever it is.</summary>
    public bool TryGetValue(string key, out JsonElement value) => content.TryGetProperty(key, out value);

    /// <summary>A field's value if it is a text, otherwise null.</summary>
    public string? Text(string key) => TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A field's texts, whether it is one text or a list; what is no text is left out.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (!TryGetValue(key, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)] : [];
    }

    /// <summary>The same fields with one set.</summary>
    public JsonFields With(string key, JsonNode? value)
    {
        var changed = JsonObject.Create(content)!;
        changed[key] = value;
        return From(JsonElement.Parse(changed.ToJsonString()));
    }

    /// <summary>The same fields with one set to a list of texts.</summary>
    public JsonFields With(string key, IEnumerable<string> texts) => With(key, new JsonArray([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]));

    /// <summary>The same fields without one of them.</summary>
    public JsonFields Without(string key)
    {
        var changed = JsonObject.Create(content)!;
        changed.Remove(key);
        return From(JsonElement.Parse(changed.ToJsonString()));
    }

    /// <inheritdoc/>
    public bool Equals(JsonFields? other) => other is not null && JsonElement.DeepEquals(content, other.content);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonFields);

    /// <inheritdoc/>
    public override int GetHashCode() => Count;

    /// <summary>The JSON object as text.</summary>
    public override string ToString() => content.GetRawText();
}

internal sealed class JsonFieldsConverter : JsonConverter<JsonFields>
{
    public override bool HandleNull => true;

    public override JsonFields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => JsonFields.Empty,
        JsonTokenType.StartObject => JsonFields.From(JsonElement.ParseValue(ref reader)),
        _ => throw new JsonException("A JSON object is expected."),
    };

    public override void Write(Utf8JsonWriter writer, JsonFields value, JsonSerializerOptions options) => value.ToElement().WriteTo(writer);
}
