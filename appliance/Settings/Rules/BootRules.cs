using BootAppliance.Images;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Settings.Rules;

internal static class BootRules
{
    public static void Apply(SettingsCheck check)
    {
        var boot = check.Settings.Boot;
        check.Refuse(
            boot.Script.Length > 0 && !check.FileExists(boot.Script),
            "Boot:Script",
            $"{boot.Script} does not exist; leave it empty for the built-in boot.ipxe");
        check.Refuse(
            boot.ConfigApiRootUrl.Length > 0 && !IsUrlForScripts(boot.ConfigApiRootUrl),
            "Boot:ConfigApiRootUrl",
            "is not an http or https URL such as http://192.0.2.1:8080 (it goes into boot scripts as it is)");
        if (IpxeText.FindProblem(boot.KernelAppendParams, allowSettings: true) is { } problem) check.Refuse(true, "Boot:KernelAppendParams", problem);
        RefuseImage(check, "Boot:DeployKernel", boot.DeployKernel);
        RefuseImage(check, "Boot:DeployRamdisk", boot.DeployRamdisk);
        RefuseImage(check, "Boot:RescueKernel", boot.RescueKernel);
        RefuseImage(check, "Boot:RescueRamdisk", boot.RescueRamdisk);
        foreach (var (architecture, loader) in boot.Loaders) RefuseLoader(check, $"Boot:Loaders:{architecture}", loader);
        foreach (var (index, row) in boot.LoadersByVendor.Index()) RefuseLoader(check, $"Boot:LoadersByVendor:{index}:Loader", row.Loader);
    }

    private static void RefuseLoader(SettingsCheck check, string key, string? loader) => check.Refuse(
        loader is not null && !NodeFirmware.IsLoaderName(loader),
        key,
        $"'{string.Concat((loader ?? "").Where(c => !char.IsControl(c)))}' is not a file name such as snponly.efi (at most 127 bytes of ASCII without blanks, #, ? and %, no leading slash, no ..)");

    private static void RefuseImage(SettingsCheck check, string key, string image)
    {
        if (image.Length > 0 && !ImageReference.TryParse(image, out _, out var problem)) check.Refuse(true, key, problem);
    }

    private static bool IsUrlForScripts(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps)
        && !url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '$');
}
