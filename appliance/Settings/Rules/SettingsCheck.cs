using BootAppliance.Settings.Loading;

namespace BootAppliance.Settings.Rules;

/// <summary>
/// What the rules look at, and where they say what is wrong. A rule never complains about a value that could not be read: that was said already.
/// </summary>
internal sealed class SettingsCheck(ApplianceSettings settings, ProblemList problems, Func<string, bool> fileExists)
{
    private readonly IReadOnlyList<string> unreadable = [.. problems.Keys.Where(k => k.Length > 0)];

    public ApplianceSettings Settings { get; } = settings;

    public bool FileExists(string path) => fileExists(path);

    /// <summary>Adds a problem at a key if the condition holds and this key, and the others that the condition looked at, could be read.</summary>
    public void Refuse(bool when, string key, string message, params ReadOnlySpan<string> because)
    {
        if (!when || !IsReadable(key)) return;
        foreach (var other in because)
        {
            if (!IsReadable(other)) return;
        }

        problems.Add(key, message);
    }

    /// <summary>Something to look at, which keeps nothing from running.</summary>
    public void Warn(string key, string message)
    {
        if (IsReadable(key)) problems.Warn(key, message);
    }

    public bool IsReadable(string key) => !unreadable.Any(k => KeyPath.AreRelated(k, key));
}
