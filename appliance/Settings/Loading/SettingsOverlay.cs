using System.Globalization;
using System.Text.RegularExpressions;

namespace BootAppliance.Settings.Loading;

/// <summary>Lays single values from the environment and the command line over what the file says.</summary>
internal sealed partial class SettingsOverlay(SettingsMap root, ProblemList problems)
{
    private const string EnvironmentPrefix = "BOOTAPPLIANCE__";

    public void ApplyEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var ours = variables.Where(v => v.Key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)).OrderBy(v => Sortable(v.Key), StringComparer.Ordinal);
        foreach (var (name, value) in ours)
        {
            var path = name[EnvironmentPrefix.Length..].Split("__");
            Apply(path, value, new SettingsOrigin($"environment variable {name}"));
        }
    }

    public void ApplyArguments(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments.OrderBy(a => Sortable(a.Split('=')[0]), StringComparer.Ordinal))
        {
            var separator = argument.IndexOf('=', StringComparison.Ordinal);
            var path = argument[..(separator < 0 ? argument.Length : separator)].TrimStart('-');
            if (separator < 0) problems.Add(path, SettingsOrigin.CommandLine, $"has no value; write --{path}=value");
            else Apply(path.Split(':'), argument[(separator + 1)..], SettingsOrigin.CommandLine);
        }
    }

    private void Apply(string[] path, string text, SettingsOrigin origin)
    {
        var (type, parent, key) = (typeof(ApplianceSettings), (SettingsNode)root, "");
        for (var i = 0; i < path.Length; i++)
        {
            if (Step(SettingsShape.Of(type), parent, path[i], key, origin) is not var (name, childType)) return;
            key = KeyPath.Join(key, name);
            type = childType;
            parent = i == path.Length - 1 ? Put(parent, name, new SettingsScalar(text, origin)) : Descend(parent, name, SettingsShape.Of(type), origin);
        }
    }

    /// <summary>
    /// The right spelling of the next name and the type of what it names, or null and a problem. Case does not matter, since many tools
    /// write variables in capitals.
    /// </summary>
    private (string Name, Type Type)? Step(SettingsShape shape, SettingsNode parent, string name, string path, SettingsOrigin origin)
    {
        switch (shape)
        {
            case SettingsShape.Section section:
                if (section.Find(name, StringComparison.OrdinalIgnoreCase) is { } property) return (property.Name, property.PropertyType);
                problems.Add(KeyPath.Join(path, name), origin, section.Suggest(name));
                return null;
            case SettingsShape.Items items:
                var count = ((SettingsList)parent).Items.Count;
                if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= count) return (name, items.Item);
                problems.Add(KeyPath.Join(path, name), origin, $"items are counted from 0, and the next new one would be {count}");
                return null;
            case SettingsShape.Table table:
                return (name, table.Value);
            default:
                problems.Add(KeyPath.Join(path, name), origin, $"unknown key; {path} is a single value");
                return null;
        }
    }

    private static SettingsNode Descend(SettingsNode parent, string name, SettingsShape shape, SettingsOrigin origin)
    {
        var existing = parent switch
        {
            SettingsMap map => map.Entries.GetValueOrDefault(name),
            SettingsList list => list.Items.ElementAtOrDefault(int.Parse(name, CultureInfo.InvariantCulture)),
            _ => null,
        };
        return (shape, existing) switch
        {
            (SettingsShape.Items, SettingsList) or (SettingsShape.Section or SettingsShape.Table, SettingsMap) => existing,
            (SettingsShape.Items, _) => Put(parent, name, new SettingsList(origin)),
            (SettingsShape.Single, _) => existing ?? new SettingsScalar("", origin),
            _ => Put(parent, name, new SettingsMap(origin)),
        };
    }

    private static SettingsNode Put(SettingsNode parent, string name, SettingsNode child)
    {
        if (parent is SettingsMap map)
        {
            map.Entries[name] = child;
        }
        else if (parent is SettingsList list)
        {
            var index = int.Parse(name, CultureInfo.InvariantCulture);
            if (index < list.Items.Count) list.Items[index] = child;
            else list.Items.Add(child);
        }

        return child;
    }

    /// <summary>Item 2 before item 10, so that a list given item by item grows in order; sorting keeps the last of equal names last.</summary>
    private static string Sortable(string name) => Digits().Replace(name, m => m.Value.PadLeft(10, '0'));

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();
}
