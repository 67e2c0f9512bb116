namespace BootAppliance.Settings.Rules;

internal static class HttpRules
{
    public static void Apply(SettingsCheck check)
    {
        var http = check.Settings.Http;
        check.Refuse(http.Port == 0, "Http:Port", "0 is no port that could stand in a URL, such as 80");
        check.Refuse(http.Root.Length == 0, "Http:Root", "must name a folder such as /var/lib/bootappliance/http");
    }
}
