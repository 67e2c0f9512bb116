using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>One field of a resource: since which version it is there, how it is shown, and how a client changes it.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Since">The first minor version that has it.</param>
/// <param name="Show">Writes its value as clients see it.</param>
internal sealed record Field<T>(string Name, int Since, Action<Utf8JsonWriter, T, ApiCall> Show)
{
    /// <summary>The resource with the field changed; null: clients only read it.</summary>
    public Func<T, FieldValue, T>? Set { get; init; }

    /// <summary>Whether clients write it only when the resource is added.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Whether clients write it only in a patch.</summary>
    public bool IsPatchOnly { get; init; }

    /// <summary>Whether a resource cannot be added without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The first minor version in which clients may write it, where that is not the first one that shows it.</summary>
    public int? WrittenSince { get; init; }

    /// <summary>Writes its value as it is, where clients see something else in place of a secret; a patch is applied to this.</summary>
    public Action<Utf8JsonWriter, T>? Secret { get; init; }

    /// <summary>Whether it is shown in a list for which nobody said which fields.</summary>
    public bool InList { get; init; }

    /// <summary>Whether it is left out of what is shown unless somebody asks for it by name.</summary>
    public bool OnlyByName { get; init; }

    /// <summary>What a list is sorted by where the field is named for that; null: it cannot be.</summary>
    public Func<T, IComparable?>? SortBy { get; init; }
}

/// <summary>The usual kinds of fields.</summary>
internal static class Field
{
    public static Field<T> Text<T>(string name, int since, Func<T, string?> get, Func<T, string?, T>? set = null) => new(name, since, (writer, item, _) => writer.WriteStringValue(get(item)))
    {
        Set = set is null ? null : (item, value) => set(item, value.Text()),
        SortBy = get,
    };

    public static Field<T> Flag<T>(string name, int since, Func<T, bool> get, Func<T, bool, T>? set = null) => new(name, since, (writer, item, _) => writer.WriteBooleanValue(get(item)))
    {
        Set = set is null ? null : (item, value) => set(item, value.Flag() ?? false),
        SortBy = item => get(item),
    };

    public static Field<T> Uuid<T>(string name, int since, Func<T, Guid?> get, Func<T, Guid?, T>? set = null) => new(name, since, (writer, item, _) => writer.WriteStringValue(get(item)?.ToString()))
    {
        Set = set is null ? null : (item, value) => set(item, value.Uuid()),
        SortBy = item => get(item)?.ToString(),
    };

    public static Field<T> Mac<T>(string name, int since, Func<T, MacAddress?> get, Func<T, FieldValue, T> set) => new(name, since, (writer, item, _) => writer.WriteStringValue(get(item)?.ToString()))
    {
        Set = set,
        SortBy = item => get(item)?.ToString(),
    };

    public static Field<T> Object<T>(string name, int since, Func<T, JsonFields> get, Func<T, JsonFields, T>? set = null) => new(name, since, (writer, item, _) => get(item).ToElement().WriteTo(writer))
    {
        Set = set is null ? null : (item, value) => set(item, value.Object()),
    };

    public static Field<T> Texts<T>(string name, int since, Func<T, IEnumerable<string>> get, Func<T, IReadOnlyList<string>, T>? set = null) => new(name, since, (writer, item, _) =>
    {
        writer.WriteStartArray();
        foreach (var text in get(item)) writer.WriteStringValue(text);
        writer.WriteEndArray();
    })
    {
        Set = set is null ? null : (item, value) => set(item, value.Texts()),
    };

    /// <summary>A moment, in the form of RFC 3339 that Ironic's clients read.</summary>
    public static Field<T> Time<T>(string name, int since, Func<T, DateTimeOffset?> get) => new(name, since, (writer, item, _) => writer.WriteStringValue(Wire.Timestamp.Of(get(item))))
    {
        SortBy = item => get(item),
    };

    public static Field<T> Link<T>(string name, int since, Func<T, string> path) => new(name, since, (writer, item, call) => Links.Write(writer, call, path(item)));
}
