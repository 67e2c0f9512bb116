namespace BootAppliance.Settings.Rules;

internal static class ImageRules
{
    public static void Apply(SettingsCheck check)
    {
        var images = check.Settings.Images;
        var cache = images.Cache;
        check.Refuse(cache.Path.Length > 0 && !cache.Path.StartsWith('/'), "Images:Cache:Path", "must be the absolute path of a folder such as /var/lib/bootappliance/cache");
        check.Refuse(
            IsInside(cache.Folder(check.Settings.Store), check.Settings.Http.Root) || IsInside(cache.Folder(check.Settings.Store), check.Settings.Tftp.Root),
            "Images:Cache:Path",
            "lies in a folder that is served as it is: give the cache a folder of its own",
            "Http:Root",
            "Tftp:Root",
            "Store:Path");
        check.Refuse(cache.Size.Bytes == 0, "Images:Cache:Size", "must be more than nothing, such as 20GiB");
        check.Refuse(cache.TimeToLive <= TimeSpan.Zero, "Images:Cache:TimeToLive", "must be more than nothing, such as 7.00:00:00");
        foreach (var (index, root) in images.AllowedRoots.Index())
        {
            check.Refuse(!root.StartsWith('/') || root.Split('/').Contains(".."), $"Images:AllowedRoots:{index}", "is no absolute path of a folder, such as /srv/images");
            check.Refuse(
                IsInside(cache.Folder(check.Settings.Store), root) || (check.Settings.Store.Path.Length > 0 && IsInside(check.Settings.Store.Path, root)),
                $"Images:AllowedRoots:{index}",
                "holds the cache or the database, and nodes may name every file in it: name a folder that has images only",
                "Images:Cache:Path",
                "Store:Path");
        }
    }

    private static bool IsInside(string path, string folder) =>
        folder.Length > 0 && (Path.GetFullPath(path) + "/").StartsWith(Path.GetFullPath(folder).TrimEnd('/') + "/", StringComparison.Ordinal);
}
