namespace BootAppliance.Settings.Rules;

/// <summary><c>Images</c>, <c>Glance</c>, <c>Swift</c> and <c>S3</c>.</summary>
internal static class ImageRules
{
    public static void Apply(SettingsCheck check)
    {
        var (images, swift) = (check.Settings.Images, check.Settings.Swift);
        foreach (var (index, root) in images.AllowedRoots.Index())
            check.Refuse(!root.StartsWith('/') || root.Split('/').Contains(".."), $"Images:AllowedRoots:{index}", "is no absolute path of a folder, such as /srv/images");
        check.Refuse(
            images.UseSwift && swift.Endpoint is null,
            "Swift:Endpoint",
            "Images:UseSwift needs the URL of the object store, such as https://swift.example:8080",
            "Images:UseSwift");
        check.Refuse(
            images.UseSwift && swift.TempUrlKey.IsEmpty,
            "Swift:TempUrlKey",
            "Images:UseSwift needs the key that temporary URLs are signed with",
            "Images:UseSwift");
        check.Refuse(swift.TempUrlDuration == TimeSpan.Zero, "Swift:TempUrlDuration", "must be more than nothing, such as 00:20:00");
    }
}
