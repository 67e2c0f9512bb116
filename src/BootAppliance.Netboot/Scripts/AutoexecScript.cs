namespace BootAppliance.Netboot.Scripts;

/// <summary>
/// The script that iPXE looks for beside itself before it does anything else. It makes any iPXE one of ours, an unmodified signed one too,
/// whatever it was built with and whoever else answers its DHCP requests.
/// </summary>
public static class AutoexecScript
{
    /// <summary>Renders the script for this policy; it is the same for every machine.</summary>
    public static string Render(BootPolicy policy) => new IpxeScript()
        .Comment("BootAppliance: leads any iPXE to the boot scripts.")
        .Command("set pause:int32 1")
        .Blank()
        .Comment("Not skipped where an address is set: that may be the firmware's, and the card not open yet. And without waiting for IPv6, where iPXE can.")
        .Label("ask")
        .Command("ifconf --configurator dhcp || dhcp || ifstat")
        .Command($"chain --replace --autofree {policy.CatchAllUrl} ||")
        .Blank()
        .AskAgain(policy)
        .ToString();
}
