using BootAppliance.Settings;

namespace BootAppliance.Tests.Settings;

/// <summary>Loads settings from texts, with no file of this machine in sight.</summary>
internal static class SettingsTexts
{
    public static (ApplianceSettings? Settings, IReadOnlyList<SettingsProblem> Problems) Load(
        string? yaml = null, string[]? arguments = null, Dictionary<string, string>? environment = null, Func<string, bool>? fileExists = null, bool readsFiles = false) =>
        SettingsLoader.Load(
            yaml is null ? null : new SettingsFile(SettingsFile.DefaultName, yaml), environment ?? [], arguments ?? [], fileExists ?? (_ => false), readsFiles);

    public static ApplianceSettings Accepted(string? yaml = null, string[]? arguments = null, Dictionary<string, string>? environment = null)
    {
        var (settings, problems) = Load(yaml, arguments, environment);
        problems.ShouldBeEmpty();
        return settings.ShouldNotBeNull();
    }

    public static string[] Refused(string? yaml = null, string[]? arguments = null, Dictionary<string, string>? environment = null)
    {
        var (settings, problems) = Load(yaml, arguments, environment);
        settings.ShouldBeNull();
        return [.. problems.Select(p => p.ToString())];
    }

    /// <summary>The file that ships with the program, found from the folder that the tests run in.</summary>
    public static string Shipped()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BootAppliance.sln"))) folder = folder.Parent.ShouldNotBeNull("the tests run inside a checkout");
        return File.ReadAllText(Path.Combine(folder.FullName, SettingsFile.DefaultName));
    }
}
