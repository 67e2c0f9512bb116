namespace BootAppliance.Settings.Loading;

/// <summary>What was written, before anybody knows what it should be.</summary>
internal abstract class SettingsNode(SettingsOrigin origin)
{
    /// <summary>A scalar's own place; for a map or list that stands under a key, the place of that key.</summary>
    public SettingsOrigin Origin { get; set; } = origin;

    /// <summary>The place of the key that this stands under.</summary>
    public SettingsOrigin KeyOrigin { get => field ?? Origin; set; }

    public abstract string Kind { get; }
}

internal sealed class SettingsScalar(string text, SettingsOrigin origin, bool isNothing = false) : SettingsNode(origin)
{
    public string Text { get; } = text;

    /// <summary>A key with nothing behind it, as when all items of its list are commented out: the default stays.</summary>
    public bool IsNothing { get; } = isNothing;

    public override string Kind => "a single value";
}

internal sealed class SettingsMap(SettingsOrigin origin) : SettingsNode(origin)
{
    public Dictionary<string, SettingsNode> Entries { get; } = new(StringComparer.Ordinal);

    public override string Kind => "a map (Key: value)";
}

internal sealed class SettingsList(SettingsOrigin origin) : SettingsNode(origin)
{
    public List<SettingsNode> Items { get; } = [];

    public override string Kind => "a list (- item)";
}
