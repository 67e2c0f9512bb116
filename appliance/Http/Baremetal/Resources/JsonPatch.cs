using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>One operation of a patch (RFC 6902); Ironic takes <c>add</c>, <c>replace</c> and <c>remove</c>.</summary>
/// <param name="Operation">The word for it.</param>
/// <param name="Path">The pieces of the JSON pointer (RFC 6901); never empty.</param>
/// <param name="Value">What is added or put in place.</param>
internal sealed record PatchOperation(string Operation, string[] Path, JsonElement Value)
{
    /// <summary>As Ironic quotes an operation in a refusal.</summary>
    public override string ToString() => Operation == "remove"
        ? $"{{'op': 'remove', 'path': '{Pointer}'}}"
        : $"{{'op': '{Operation}', 'path': '{Pointer}', 'value': {Value.GetRawText()}}}";

    public string Pointer => "/" + string.Join('/', Path);
}

/// <summary>A list of changes to a resource, all of them or none.</summary>
internal sealed class JsonPatch
{
    private const int Longest = 1000;

    /// <summary>Patch by patch, a document could be made deeper than its reader goes.</summary>
    private static readonly JsonDocumentOptions resultLimits = new() { MaxDepth = StrictJson.Deepest };

    private static readonly JsonSerializerOptions unlimited = new() { MaxDepth = 1000 };

    private JsonPatch(IReadOnlyList<PatchOperation> operations) => Operations = operations;

    public IReadOnlyList<PatchOperation> Operations { get; }

    /// <summary>The names of the fields that it changes, each once.</summary>
    public IEnumerable<string> Fields => Operations.Select(o => o.Path[0]).Distinct();

    public static JsonPatch Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Array) throw BaremetalException.Bad("Schema error for patch: a patch is a list of operations (RFC 6902)");
        if (body.GetArrayLength() > Longest) throw BaremetalException.Bad($"Schema error for patch: it has more than {Longest} operations");
        return new JsonPatch([.. body.EnumerateArray().Select(Operation)]);
    }

    /// <summary>Applies every operation to a document.</summary>
    public void Apply(JsonObject document)
    {
        foreach (var operation in Operations) Apply(document, operation);
    }

    /// <summary>The value of a field after <see cref="Apply(JsonObject)"/>; undefined where it was taken away.</summary>
    public static JsonElement Result(JsonObject document, string field)
    {
        if (!document.TryGetPropertyValue(field, out var value)) return default;
        try
        {
            return JsonElement.Parse(value?.ToJsonString(unlimited) ?? "null", resultLimits);
        }
        catch (JsonException)
        {
            throw BaremetalException.Bad($"Couldn't apply patch: {field} would be nested deeper than {StrictJson.Deepest} levels");
        }
    }

    private static PatchOperation Operation(JsonElement element)
    {
        var op = Member(element, "op");
        var path = Member(element, "path");
        if (op is not ("add" or "replace" or "remove")) throw BaremetalException.Bad($"Schema error for patch: '{op}' is not one of ['add', 'replace', 'remove']");
        if (path is null or ['/', ' ', ..] || path.Length < 2 || path[0] != '/') throw BaremetalException.Bad($"Invalid path: {path}");
        if (op != "remove" && !element.TryGetProperty("value", out _)) throw BaremetalException.Bad("'add' and 'replace' operations need a value");
        return new(op, [.. path[1..].Split('/').Select(piece => piece.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))],
            element.TryGetProperty("value", out var value) ? value : default);
    }

    private static string? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Apply(JsonObject document, PatchOperation operation)
    {
        JsonNode? parent = document;
        foreach (var piece in operation.Path[..^1])
        {
            parent = parent switch
            {
                JsonObject fields => fields[piece],
                JsonArray list when int.TryParse(piece, out var index) && index >= 0 && index < list.Count => list[index],
                _ => null,
            } ?? throw Refused(operation, $"member '{piece}' not found in {operation.Pointer}");
        }

        var last = operation.Path[^1];
        var value = operation.Value.ValueKind == JsonValueKind.Undefined ? null : JsonNode.Parse(operation.Value.GetRawText());
        switch (parent)
        {
            case JsonObject fields when operation.Operation == "add":
                fields[last] = value;
                break;
            case JsonObject fields when !fields.ContainsKey(last):
                throw Refused(operation, $"can't {operation.Operation} a non-existent object '{last}'");
            case JsonObject fields when operation.Operation == "replace":
                fields[last] = value;
                break;
            case JsonObject fields:
                fields.Remove(last);
                break;
            case JsonArray list when operation.Operation == "add" && last == "-":
                list.Add(value);
                break;
            case JsonArray list when int.TryParse(last, out var index) && index >= 0 && index < list.Count + (operation.Operation == "add" ? 1 : 0):
                if (operation.Operation == "add") list.Insert(index, value);
                else if (operation.Operation == "replace") list[index] = value;
                else list.RemoveAt(index);
                break;
            default:
                throw Refused(operation, $"'{last}' has no place in {operation.Pointer}");
        }
    }

    private static BaremetalException Refused(PatchOperation operation, string why) => BaremetalException.Bad($"Couldn't apply patch '{operation}'. Reason: {why}");
}
