using System.Collections;
using System.Reflection;

namespace BootAppliance.Settings.Loading;

/// <summary>Makes settings records of a tree; what cannot be read is a problem and keeps its default, so that the rest is still checked.</summary>
internal sealed class SettingsBinder(ProblemList problems)
{
    private const int LongestQuote = 60;

    public ApplianceSettings Bind(SettingsMap root) =>
        (ApplianceSettings)BindSection((SettingsShape.Section)SettingsShape.Of(typeof(ApplianceSettings)), root, "");

    private object? Bind(Type type, SettingsNode node, string key)
    {
        problems.Wrote(key, node.Origin);
        if (node is SettingsScalar { IsNothing: true }) return null;
        switch (SettingsShape.Of(type), node)
        {
            case (SettingsShape.Single single, SettingsScalar scalar):
                return BindSingle(single.Parser, scalar, key);
            case (SettingsShape.Section section, SettingsMap map):
                return BindSection(section, map, key);
            case (SettingsShape.Items items, SettingsList list):
                return BindItems(items.Item, list, key);
            case (SettingsShape.Table table, SettingsMap map):
                return BindTable(table, map, key);
            case (SettingsShape.Items or SettingsShape.Table, SettingsScalar { Text: "" }):
                return null;
            case (var shape, _):
                problems.Add(key, node.Origin, $"expected {Describe(shape)}, found {node.Kind}");
                return null;
        }
    }

    private object? BindSingle(SettingParser parser, SettingsScalar scalar, string key)
    {
        var value = parser.Parse(scalar.Text);
        if (value is null) problems.Add(key, scalar.Origin, $"'{Quote(scalar.Text)}' is not {parser.Expected}");
        return value;
    }

    private object BindSection(SettingsShape.Section section, SettingsMap map, string path)
    {
        var settings = Activator.CreateInstance(section.Type)!;
        foreach (var (name, node) in map.Entries)
        {
            var key = KeyPath.Join(path, Quote(name));
            if (section.Find(name) is not { } property) problems.Add(key, node.KeyOrigin, section.Suggest(name));
            else if (IsOptional(property) && node is SettingsScalar { Text: "" }) problems.Wrote(key, node.Origin);
            else if (Bind(property.PropertyType, node, key) is { } value) property.SetValue(settings, value);
        }

        foreach (var property in section.Properties.Where(SettingsShape.Section.IsRequired))
        {
            var isWritten = map.Entries.TryGetValue(property.Name, out var node) && node is not SettingsScalar { IsNothing: true };
            if (!isWritten) problems.Add(KeyPath.Join(path, property.Name), "is missing here and has no default");
        }

        return settings;
    }

    private IList BindItems(Type item, SettingsList list, string key)
    {
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        for (var i = 0; i < list.Items.Count; i++)
        {
            var itemKey = KeyPath.Join(key, $"{i}");
            var value = Bind(item, list.Items[i], itemKey);
            if (value is null && list.Items[i] is SettingsScalar { IsNothing: true }) problems.Add(itemKey, "is empty; fill it in or remove its line");
            // A section that is broken keeps its place, so that the numbers in the messages about the others stay right.
            value ??= SettingsShape.Of(item) is SettingsShape.Section ? Activator.CreateInstance(item) : null;
            if (value is not null) items.Add(value);
        }

        return items;
    }

    private IDictionary BindTable(SettingsShape.Table table, SettingsMap map, string path)
    {
        var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(table.Key, table.Value))!;
        var keys = SettingParser.For(table.Key)!;
        foreach (var (name, node) in map.Entries)
        {
            var key = KeyPath.Join(path, Quote(name));
            if (keys.Parse(name) is not { } entryKey) problems.Add(key, node.KeyOrigin, $"'{Quote(name)}' is not {keys.Expected}");
            else if (entries.Contains(entryKey)) problems.Add(key, node.KeyOrigin, $"is the same as another key here: both mean {entryKey}");
            else if (Bind(table.Value, node, key) is { } value)
            {
                entries.Add(entryKey, value);
                problems.Wrote(KeyPath.Join(path, $"{entryKey}"), node.Origin);
            }
        }

        return entries;
    }

    private static bool IsOptional(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private static string Describe(SettingsShape shape) => shape switch
    {
        SettingsShape.Single single => $"{single.Parser.Expected}",
        SettingsShape.Items => "a list (- item)",
        _ => "a map (Key: value)",
    };

    /// <summary>What was written, in a form that can go into one line on a terminal.</summary>
    private static string Quote(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return line.Length <= LongestQuote ? line : $"{line[..LongestQuote]}…";
    }
}
