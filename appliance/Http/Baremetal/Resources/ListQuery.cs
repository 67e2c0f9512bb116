using System.Globalization;
using System.Text;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>How a list is cut and sorted: <c>limit</c>, <c>marker</c>, <c>sort_key</c>, <c>sort_dir</c>. Without a limit it is whole, since gophercloud sees only a first page.</summary>
/// <param name="Limit">The most that a page has; null: everything.</param>
/// <param name="Marker">The identity of the last one of the page before; null: from the beginning.</param>
/// <param name="SortKey">The field; <c>id</c>: as they were added.</param>
/// <param name="Descending">Whether the last one comes first.</param>
/// <param name="Version">The version that the client speaks.</param>
internal sealed record ListQuery(int? Limit, Guid? Marker, string SortKey, bool Descending, ApiVersion Version)
{
    public const int LargestPage = 1000;

    // A page and the one after it must agree on the order, whatever the language of the machine.
    private static readonly Comparer<IComparable?> byteOrder = Comparer<IComparable?>.Create((a, b) =>
        a is string x && b is string y ? string.CompareOrdinal(x, y) : Comparer<IComparable?>.Default.Compare(a, b));

    /// <summary>The names of these arguments, and of those that choose fields.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["limit", "marker", "sort_key", "sort_dir", "fields", "detail"];

    public static ListQuery Read(ApiCall call)
    {
        int? limit = null;
        if (call.Query("limit") is { } limitText)
        {
            if (!int.TryParse(limitText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw BaremetalException.Bad($"Expected an integer for limit: {limitText}");
            if (number < 0) throw BaremetalException.Bad("Limit must be positive");
            limit = number == 0 ? LargestPage : Math.Min(number, LargestPage);
        }

        var direction = call.Query("sort_dir") ?? "asc";
        if (direction is not ("asc" or "desc")) throw BaremetalException.Bad($"Invalid sort direction: {direction}. Acceptable values are 'asc' or 'desc'");
        return new(limit, call.Uuid("marker"), call.Query("sort_key") ?? "id", direction == "desc", call.Version);
    }

    /// <summary>What comes after the marker, sorted.</summary>
    /// <param name="items">Everything, in the order in which it was added.</param>
    /// <param name="table">Its fields.</param>
    /// <param name="identity">What the marker of an item is.</param>
    public IEnumerable<T> From<T>(IEnumerable<T> items, ResourceTable<T> table, Func<T, Guid> identity)
        where T : class
    {
        if (SortKey != "id")
        {
            var key = table.SortBy(SortKey, Version);
            items = Descending ? items.OrderByDescending(key, byteOrder) : items.OrderBy(key, byteOrder);
        }
        else if (Descending)
        {
            items = items.Reverse();
        }

        return Marker is { } marker ? items.SkipWhile(item => identity(item) != marker).Skip(1) : items;
    }

    /// <summary>What comes after the marker, sorted; where nothing is sorted, what is before the marker is not gone through.</summary>
    /// <param name="after">Everything after a marker, or from the beginning, in the order in which it was added.</param>
    /// <param name="table">Its fields.</param>
    /// <param name="identity">What the marker of an item is.</param>
    public IEnumerable<T> From<T>(Func<Guid?, IEnumerable<T>> after, ResourceTable<T> table, Func<T, Guid> identity)
        where T : class => SortKey == "id" && !Descending ? after(Marker) : From(after(null), table, identity);

    /// <summary>Writes the list, and where its next page is.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="call">The request.</param>
    /// <param name="name">The list's name, as in <c>nodes</c>.</param>
    /// <param name="path">Its path below the version.</param>
    /// <param name="items">What comes after the marker, sorted; it is read no further than one behind the page.</param>
    /// <param name="identity">What the marker of an item is.</param>
    /// <param name="write">Writes an item.</param>
    public async Task WriteAsync<T>(AnswerBody body, ApiCall call, string name, string path, IEnumerable<T> items, Func<T, Guid> identity, Action<Utf8JsonWriter, T> write)
    {
        var writer = body.Writer;
        var (count, last, more) = (0, default(Guid), false);
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            more = count == Limit;
            if (more) break;
            write(writer, item);
            last = identity(item);
            count++;
            await body.PauseAsync();
        }

        writer.WriteEndArray();
        if (more) writer.WriteString("next", Next(call, path, last));
        writer.WriteEndObject();
    }

    private string Next(ApiCall call, string path, Guid last)
    {
        var next = new StringBuilder($"{call.Root}/v1/{path}?sort_key={Uri.EscapeDataString(SortKey)}&sort_dir={(Descending ? "desc" : "asc")}");
        foreach (var (name, value) in call.Context.Request.Query)
        {
            if (name is not ("limit" or "marker" or "sort_key" or "sort_dir")) next.Append(CultureInfo.InvariantCulture, $"&{name}={Uri.EscapeDataString(value.ToString())}");
        }

        return next.Append(CultureInfo.InvariantCulture, $"&limit={Limit}&marker={last}").ToString();
    }
}
