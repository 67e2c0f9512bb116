using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>The fields of one kind of resource: the one place that says what is shown in which version, and what a client may write.</summary>
/// <param name="word">What the resource is called in messages, as in <c>node</c>.</param>
/// <param name="fields">The fields in the order in which they are shown.</param>
internal sealed class ResourceTable<T>(string word, params IReadOnlyList<Field<T>> fields)
    where T : class
{
    private const int FieldsSince = 8;
    private const int DetailSince = 43;

    private readonly Dictionary<string, Field<T>> byName = fields.ToDictionary(f => f.Name);

    /// <summary>What a list is sorted by where this field is named for that; refused where it cannot be.</summary>
    public Func<T, IComparable?> SortBy(string name, ApiVersion version)
    {
        if (byName.GetValueOrDefault(name) is not { SortBy: { } key } field) throw BaremetalException.Bad($"The sort_key value \"{name}\" is an invalid field for sorting");
        CheckVersion(field, version);
        return key;
    }

    /// <summary>The fields that an answer has: those named in <c>fields=</c>, or all, or those of a list.</summary>
    public IReadOnlyList<Field<T>> Select(ApiCall call, bool inList = false)
    {
        if (call.Query("fields") is { } named)
        {
            call.Needs(FieldsSince);
            return Named(named, call.Version);
        }

        return [.. fields.Where(f => call.Version.Has(f.Since) && !f.OnlyByName && (!inList || f.InList))];
    }

    /// <summary>As <see cref="Select"/>, for a list whose client may ask for everything with <c>detail=true</c>.</summary>
    public IReadOnlyList<Field<T>> SelectInList(ApiCall call)
    {
        var detail = call.Flag("detail");
        if (detail is not null && !call.Version.Has(DetailSince)) throw BaremetalException.Bad($"Invalid query parameter ?detail={call.Query("detail")} received.");
        if (detail == true && call.Query("fields") is not null) throw BaremetalException.Bad("Can't fetch a subset of fields with 'detail' set");
        return Select(call, inList: detail != true);
    }

    /// <summary>Writes a resource.</summary>
    public static void Write(Utf8JsonWriter writer, T item, IReadOnlyList<Field<T>> shown, ApiCall call)
    {
        writer.WriteStartObject();
        foreach (var field in shown)
        {
            writer.WritePropertyName(field.Name);
            field.Show(writer, item, call);
        }

        writer.WriteEndObject();
    }

    /// <summary>A new resource with what the body says.</summary>
    /// <param name="seed">The resource without any of it.</param>
    /// <param name="body">The JSON object of the request.</param>
    /// <param name="version">The version that the client speaks.</param>
    public T Create(T seed, JsonElement body, ApiVersion version)
    {
        var item = seed;
        foreach (var member in body.EnumerateObject())
        {
            if (byName.GetValueOrDefault(member.Name) is not { Set: { } set, IsPatchOnly: false } field)
                throw BaremetalException.Bad($"Schema error for {word}: Additional properties are not allowed ('{member.Name}' was unexpected)");

            // Ironic takes a field that is not there yet as long as nothing is in it.
            if (member.Value.ValueKind != JsonValueKind.Null) CheckVersion(field, version);
            item = set(item, new FieldValue(word, field.Name, member.Value));
        }

        if (fields.FirstOrDefault(f => f.IsRequired && !body.TryGetProperty(f.Name, out _)) is { } missing)
            throw BaremetalException.Bad($"Schema error for {word}: '{missing.Name}' is a required property");
        return item;
    }

    /// <summary>The resource with a patch applied to it.</summary>
    public T Patch(T item, JsonPatch patch, ApiVersion version)
    {
        Check(patch, version);
        var document = Document(item);
        patch.Apply(document);
        foreach (var name in patch.Fields) item = byName[name].Set!(item, new FieldValue(word, name, JsonPatch.Result(document, name)));
        return item;
    }

    /// <summary>Refuses a patch of what cannot be changed, or is not there yet in the client's version.</summary>
    public void Check(JsonPatch patch, ApiVersion version)
    {
        foreach (var operation in patch.Operations)
        {
            if (byName.GetValueOrDefault(operation.Path[0]) is not { } field || !CanPatch(field))
                throw BaremetalException.Bad($"Cannot patch {operation.Pointer}. Only the following can be updated: {string.Join(", ", fields.Where(CanPatch).Select(f => f.Name).Order(StringComparer.Ordinal))}");
            CheckVersion(field, version);
        }
    }

    private static bool CanPatch(Field<T> field) => field is { Set: not null, IsFixed: false };

    private static void CheckVersion(Field<T> field, ApiVersion version)
    {
        if (!version.Has(field.WrittenSince ?? field.Since)) throw BaremetalException.TooNew();
    }

    private IReadOnlyList<Field<T>> Named(string list, ApiVersion version)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.Where(name => !byName.ContainsKey(name)).ToList();
        if (unknown.Count > 0) throw BaremetalException.Bad($"Field(s) \"{string.Join(", ", unknown)}\" are not valid");
        if (names.Any(name => !version.Has(byName[name].Since))) throw BaremetalException.TooNew();
        return [.. names.Distinct().Append("links").Distinct().Where(byName.ContainsKey).Select(name => byName[name])];
    }

    /// <summary>What a patch is applied to: every field that can be written, with its secrets.</summary>
    private JsonObject Document(T item)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in fields.Where(f => f.Set is not null))
            {
                writer.WritePropertyName(field.Name);
                if (field.Secret is { } secret) secret(writer, item);
                else field.Show(writer, item, null!);
            }

            writer.WriteEndObject();
        }

        return JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
    }
}
