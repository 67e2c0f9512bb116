using BootAppliance.Images;

namespace BootAppliance.Settings.Rules;

internal static class SwiftRules
{
    /// <summary>Glance takes no more digits than a UUID has.</summary>
    private const int MostDigits = 32;

    public static void Apply(SettingsCheck check)
    {
        var (swift, isAsked) = (check.Settings.Swift, check.Settings.Images.UseSwift);
        var account = swift.Endpoint is { } url ? StorageUrl.Split(url).Account : null;
        check.Refuse(isAsked && swift.Endpoint is null, "Swift:Endpoint", "Images:UseSwift needs the URL of the object store, such as https://swift.example:8080", "Images:UseSwift");
        check.Refuse(
            (isAsked || swift.Endpoint is not null) && swift.TempUrlKey.IsEmpty,
            "Swift:TempUrlKey",
            "is what images in Swift are fetched with: write a key of the account (X-Account-Meta-Temp-URL-Key) or of the container (X-Container-Meta-Temp-URL-Key)",
            "Images:UseSwift",
            "Swift:Endpoint");
        check.Refuse(
            swift.Endpoint is not null && account is null && swift.Account.Length == 0,
            "Swift:Account",
            "is not set: write the account as it is in Swift's URLs, such as AUTH_6c1d…",
            "Swift:Endpoint");
        check.Refuse(
            account is not null && swift.Account.Length > 0 && swift.Account != account,
            "Swift:Account",
            $"is not {account}, which is the account in Swift:Endpoint",
            "Swift:Endpoint");
        check.Refuse(swift.Account.Contains('/', StringComparison.Ordinal), "Swift:Account", "is a part of Swift's URLs, without slashes");
        check.Refuse(
            swift.Container.Length == 0 || swift.Container.Contains('/', StringComparison.Ordinal),
            "Swift:Container",
            "is the name of a container, without slashes, such as glance");
        check.Refuse(swift.MultipleContainersSeed is < 0 or > MostDigits, "Swift:MultipleContainersSeed", "must be what Glance has for swift_store_multiple_containers_seed, from 0 to 32");
        check.Refuse(!swift.TempUrlKey2.IsEmpty && swift.TempUrlKey.IsEmpty, "Swift:TempUrlKey2", "is the second key, and there is no Swift:TempUrlKey", "Swift:TempUrlKey");
        check.Refuse(swift.TempUrlDuration < TimeSpan.FromSeconds(1), "Swift:TempUrlDuration", "must be a second or more, such as 00:20:00");
        check.Refuse(
            swift.TempUrlExpectedDownloadStartDelay > swift.TempUrlDuration,
            "Swift:TempUrlExpectedDownloadStartDelay",
            $"is more than Swift:TempUrlDuration ({swift.TempUrlDuration}): a URL would be over before a machine begins with it",
            "Swift:TempUrlDuration");
        check.Refuse(
            swift.TempUrlIpRange && check.Settings.Dhcp.Subnets.Count > 1 && check.Settings.Boot.ConfigApiRootUrl.Length > 0,
            "Swift:TempUrlIpRange",
            "names the network of the machine that asks for its script, and the proxy of Boot:ConfigApiRootUrl hides which of Dhcp:Subnets that is",
            "Dhcp:Subnets",
            "Boot:ConfigApiRootUrl");
        if (isAsked && swift.Endpoint?.Scheme == Uri.UriSchemeHttps)
            check.Warn("Swift:Endpoint", "iPXE trusts public certificate authorities only, and GRUB, which knows no https, gets images from the cache instead: where Swift has a private one, give machines a plain http endpoint, or set Images:UseSwift to false");
    }
}
