using System.Collections;
using BootAppliance.Settings.Loading;
using BootAppliance.Settings.Rules;

namespace BootAppliance.Settings;

/// <summary>Makes settings of their sources, in rising order: built-in defaults, the file, the environment, the command line.</summary>
public static class SettingsLoader
{
    private static readonly Action<SettingsCheck>[] Rules =
    [
        NetworkRules.Apply, DhcpRules.Apply, TftpRules.Apply, HttpRules.Apply, ApiRules.Apply, BootRules.Apply, ProvisioningRules.Apply, ImageRules.Apply, GlanceRules.Apply, SwiftRules.Apply, S3Rules.Apply, StoreRules.Apply, NotInThisVersion.Apply,
    ];

    /// <summary>From the settings file, the environment and the arguments of this process.</summary>
    /// <param name="configFile">The file that <c>--config</c> names; null: the usual places.</param>
    /// <param name="arguments">Those arguments that have the form <c>--Section:Key=value</c>.</param>
    /// <param name="readsFiles">Whether the files that settings name are looked into; only then there can be warnings.</param>
    public static (ApplianceSettings? Settings, IReadOnlyList<SettingsProblem> Problems) Load(string? configFile, IEnumerable<string> arguments, bool readsFiles = false)
    {
        try
        {
            return Load(SettingsFile.Find(configFile), EnvironmentVariables(), arguments, File.Exists, readsFiles);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, [new SettingsProblem(new SettingsOrigin(configFile ?? SettingsFile.DefaultName), "", $"cannot be read: {unreadable.Message}")]);
        }
    }

    /// <summary>From texts alone. Either settings, perhaps with warnings, or every problem that they have.</summary>
    /// <param name="file">The settings file; null: none.</param>
    /// <param name="environment">All environment variables; only those that begin with <c>BOOTAPPLIANCE__</c> count.</param>
    /// <param name="arguments">Arguments of the form <c>--Section:Key=value</c>.</param>
    /// <param name="fileExists">Tells whether a file that a setting names is there.</param>
    /// <param name="readsFiles">Whether the files that settings name are looked into.</param>
    public static (ApplianceSettings? Settings, IReadOnlyList<SettingsProblem> Problems) Load(
        SettingsFile? file, IEnumerable<KeyValuePair<string, string>> environment, IEnumerable<string> arguments, Func<string, bool> fileExists, bool readsFiles = false)
    {
        var top = file is null ? SettingsOrigin.Defaults : new SettingsOrigin(file.Name);
        var problems = new ProblemList(top);
        var written = file is null ? new SettingsMap(top) : YamlReader.Read(file.Text, file.Name, problems);

        var root = written ?? new SettingsMap(top);
        var overlay = new SettingsOverlay(root, problems);
        overlay.ApplyEnvironment(environment);
        overlay.ApplyArguments(arguments);
        var settings = new SettingsBinder(problems).Bind(root);

        // Without the file's content, contradictions between it and the other sources would be guesses.
        if (written is not null)
        {
            var check = new SettingsCheck(settings, problems, fileExists);
            foreach (var rule in Rules) rule(check);
            if (readsFiles) ApiAccessRules.Apply(check);
        }

        return (problems.IsHarmless ? settings : null, problems.InOrder());
    }

    private static IEnumerable<KeyValuePair<string, string>> EnvironmentVariables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value ?? ""));
}
