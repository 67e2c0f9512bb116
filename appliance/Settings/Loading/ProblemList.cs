namespace BootAppliance.Settings.Loading;

/// <summary>Gathers every problem, and remembers where each key was written so that later checks can say it too.</summary>
internal sealed class ProblemList(SettingsOrigin unwritten)
{
    private readonly List<SettingsProblem> problems = [];
    private readonly Dictionary<string, SettingsOrigin> origins = new(StringComparer.Ordinal);

    /// <summary>Whether there is none but warnings.</summary>
    public bool IsHarmless => problems.TrueForAll(p => p.IsWarning);

    /// <summary>The keys with a problem until now.</summary>
    public IReadOnlyList<string> Keys => [.. problems.Select(p => p.Key)];

    public void Wrote(string key, SettingsOrigin origin) => origins[key] = origin;

    public void Add(string key, SettingsOrigin origin, string message) => problems.Add(new SettingsProblem(origin, key, message));

    /// <summary>A problem of a key that need not be written anywhere: then the nearest written key above it is named.</summary>
    public void Add(string key, string message) => Add(key, OriginOf(key), message);

    public void Warn(string key, string message) => problems.Add(new SettingsProblem(OriginOf(key), key, message) { IsWarning = true });

    /// <summary>In reading order: the file from top to bottom, then the other sources.</summary>
    public IReadOnlyList<SettingsProblem> InOrder() =>
        [.. problems.Distinct().OrderBy(p => p.Origin.Line is null).ThenBy(p => p.Origin.Line).ThenBy(p => p.Origin.Column)];

    private SettingsOrigin OriginOf(string key)
    {
        for (var end = key.Length; end > 0; end = key.LastIndexOf(':', end - 1))
        {
            if (origins.TryGetValue(key[..end], out var origin)) return origin;
        }

        return unwritten;
    }
}
