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
        .Comment("A port of a switch that runs spanning tree forwards nothing for its first 30 to 50 seconds: pauses of 1, 2, 4 ... 64 seconds outlast it.")
        .Command("iseq ${pause} 128 && goto give_up ||")
        .Command("echo BootAppliance: no answer from " + policy.RootUrl + ", trying again in ${pause} seconds")
        .Command("sleep ${pause} || goto give_up")
        .Command("inc pause ${pause}")
        .Command("goto ask")
        .Blank()
        .Label("give_up")
        .Echo("BootAppliance: " + policy.RootUrl + " did not answer. Is it running, and does the switch port forward? Going on with the next boot device.")
        .Command("sleep 10 ||")
        .LocalBoot()
        .ToString();
}
