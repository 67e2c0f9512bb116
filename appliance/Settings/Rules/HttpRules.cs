namespace BootAppliance.Settings.Rules;

internal static class HttpRules
{
    private const long LowestRate = 64 << 10;

    public static void Apply(SettingsCheck check)
    {
        var http = check.Settings.Http;
        check.Refuse(http.Port == 0, "Http:Port", "0 is no port that could stand in a URL, such as 80");
        check.Refuse(http.Root.Length == 0, "Http:Root", "must name a folder such as /var/lib/bootappliance/http");
        check.Refuse(http.MaxRate.Bytes is > 0 and < LowestRate, "Http:MaxRate", $"{http.MaxRate} a second would keep a machine for hours over its initrd; write at least 64KiB, such as 20MiB, or 0 for no limit");
    }
}
