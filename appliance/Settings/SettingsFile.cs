namespace BootAppliance.Settings;

/// <summary>A settings file that was read: its name as the operator knows it, and its text.</summary>
public sealed record SettingsFile(string Name, string Text)
{
    public const string DefaultName = "appsettings.yaml";

    private const string SystemFolder = "/etc/bootappliance";

    /// <summary>
    /// The file that is named, or else the one beside the program, or else the system's; null if there is none.
    /// Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it is there and cannot be read, or was named and is not there.
    /// </summary>
    public static SettingsFile? Find(string? named)
    {
        if (named is not null) return Read(named);
        string[] usual = [Path.Combine(AppContext.BaseDirectory, DefaultName), Path.Combine(SystemFolder, DefaultName)];
        return Array.Find(usual, File.Exists) is { } path ? Read(path) : null;
    }

    private static SettingsFile Read(string path) => new(path, File.ReadAllText(path));
}
