namespace BootAppliance.Settings.Rules;

/// <summary>Settings whose function is not there yet. They are refused rather than ignored; whoever brings the function removes its line.</summary>
internal static class NotInThisVersion
{
    private static readonly (string Key, Func<ApplianceSettings, bool> IsAsked, string Message)[] Settings =
    [
        ("Store:Provider", s => s.Store.Provider == StoreProvider.PostgreSql, "PostgreSql is not in this version; use Sqlite"),
    ];

    public static void Apply(SettingsCheck check)
    {
        foreach (var (key, isAsked, message) in Settings) check.Refuse(isAsked(check.Settings), key, message);
    }
}
