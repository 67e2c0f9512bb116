using System.Text;
using BootAppliance.Netboot.Scripts;

namespace BootAppliance.Settings.Rules;

internal static class BootRules
{
    /// <summary>The <c>file</c> field of a DHCP message has 128 bytes with its terminating zero (RFC 2131 section 2).</summary>
    private const int LongestLoaderName = 127;

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
        foreach (var (architecture, loader) in boot.Loaders)
        {
            check.Refuse(
                !IsLoaderName(loader),
                $"Boot:Loaders:{architecture}",
                $"'{string.Concat(loader.Where(c => !char.IsControl(c)))}' is not a file name such as snponly.efi "
                    + $"(at most {LongestLoaderName} bytes, no blank, no leading slash, no ..)");
        }
    }

    private static bool IsUrlForScripts(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps)
        && !url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '$');

    private static bool IsLoaderName(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= LongestLoaderName
        && name[0] != '/'
        && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '\\')
        && !name.Split('/').Contains("..");
}
