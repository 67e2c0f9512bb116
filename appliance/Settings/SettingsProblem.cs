namespace BootAppliance.Settings;

/// <summary>Where a value was written: a file with line and column (both from 1), an environment variable, or the command line.</summary>
public sealed record SettingsOrigin(string Source, long? Line = null, long? Column = null)
{
    public static SettingsOrigin Defaults { get; } = new("built-in defaults");

    public static SettingsOrigin CommandLine { get; } = new("command line");

    public override string ToString() => Line is null ? Source : $"{Source}:{Line}:{Column}";
}

/// <summary>One mistake in the settings: where it stands, the key path (<c>Dhcp:Subnets:0:Pool</c>; empty for the file as a whole), and what to do.</summary>
public sealed record SettingsProblem(SettingsOrigin Origin, string Key, string Message)
{
    /// <summary>Something to look at, which keeps nothing from running.</summary>
    public bool IsWarning { get; init; }

    public override string ToString() => $"{Origin}: {(IsWarning ? "warning: " : "")}{(Key.Length == 0 ? "" : $"{Key}: ")}{Message}";
}
