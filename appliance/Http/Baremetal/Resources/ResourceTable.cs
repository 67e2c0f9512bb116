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
    private readonly Dictionary<string, Field<T>> byName = fields.ToDictionary(f => f.Name);

    /// <summary>The field with this name, if it can be sorted by.</summary>
    public Func<T, IComparable?>? SortBy(string name) => byName.GetValueOrDefault(name)?.SortBy;

    /// <summary>The fields that an answer has: those named in <c>fields=</c>, or all, or those of a list.</summary>
    public IReadOnlyList<Field<T>> Select(ApiCall call, bool inList = false)
    {
        if (call.Query("fields") is { } named) return Named(named, call.Version);
        return [.. fields.Where(f => call.Version.Has(f.Since) && !f.OnlyByName && (!inList || f.InList))];
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
            var field = Writable(member.Name, version)
                ?? throw BaremetalException.Bad($"Schema error for {word}: Additional properties are not allowed ('{member.Name}' was unexpected)");
            item = field.Set!(item, new FieldValue(word, field.Name, member.Value));
        }

        return item;
    }

    /// <summary>The resource with a patch applied to it.</summary>
    public T Patch(T item, JsonPatch patch, ApiVersion version)
    {
        foreach (var name in patch.Operations.Select(o => o.Path[0]).Distinct())
        {
            if (Writable(name, version) is null)
                throw BaremetalException.Bad(byName.ContainsKey(name) ? $"'/{name}' is an internal attribute and can not be updated" : $"Adding a new attribute (/{name}) to the root of the resource is not allowed");
        }

        var document = Document(item);
        patch.Apply(document);
        foreach (var name in patch.Operations.Select(o => o.Path[0]).Distinct())
        {
            var value = document.TryGetPropertyValue(name, out var node) ? JsonSerializer.SerializeToElement(node) : default;
            item = byName[name].Set!(item, new FieldValue(word, name, value));
        }

        return item;
    }

    private Field<T>? Writable(string name, ApiVersion version) => !byName.TryGetValue(name, out var field) || field.Set is null ? null
        : version.Has(field.Since) ? field : throw BaremetalException.TooNew();

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
