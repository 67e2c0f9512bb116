namespace BootAppliance.Settings.Rules;

/// <summary>Settings whose function is not there yet. They are refused rather than ignored; whoever brings the function removes its line.</summary>
internal static class NotInThisVersion
{
    private static readonly (string Key, Func<ApplianceSettings, bool> IsAsked, string Message)[] Settings =
    [
        ("Images:UseSwift", s => s.Images.UseSwift, "images from Swift are not in this version; put them under Http:Root and set it to false"),
        ("Glance", s => s.Glance != new GlanceSettings(), "images from Glance are not in this version; leave its settings as they are"),
        ("Swift", s => s.Swift != new SwiftSettings(), "images from Swift are not in this version; leave its settings as they are"),
        ("S3", s => s.S3 != new S3Settings(), "images from S3 are not in this version; leave its settings as they are"),
        ("Store:Provider", s => s.Store.Provider == StoreProvider.PostgreSql, "PostgreSql is not in this version; use Sqlite"),
    ];

    public static void Apply(SettingsCheck check)
    {
        foreach (var (key, isAsked, message) in Settings) check.Refuse(isAsked(check.Settings), key, message);
    }
}
