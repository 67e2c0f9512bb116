namespace BootAppliance.Netboot.Scripts;

/// <summary>
/// The script that every iPXE runs first. It asks for the script of each NIC in turn, since the NIC that booted need not be the one the
/// operator wrote down, and then asks what is to be done with a machine for which there is none.
/// </summary>
public static class CatchAllScript
{
    /// <summary>Renders the script for this policy; it is the same for every machine.</summary>
    public static string Render(BootPolicy policy) => new IpxeScript()
        .Comment("BootAppliance: finds the boot script of this machine by the MAC address of each of its NICs.")
        .Command("set pause:int32 1")
        .Blank()
        .Label("ask")
        .Command("set nic:int32 -1")
        .Command("clear macs ||")
        .Label("next_nic")
        .Command("inc nic")
        .Command("isset ${net${nic}/mac} || goto none_left")
        .Command("set macs ${macs}${net${nic}/mac:hexhyp}.")
        .Command("echo BootAppliance: asking for the boot script of net${nic} ${net${nic}/mac}")
        .Command($"chain --replace --autofree {policy.ScriptUrl("${net${nic}/mac:hexhyp}")} || goto next_nic")
        .Blank()
        .Comment("No NIC has a script of its own. This answer exists for every machine. Without it the network is at fault.")
        .Label("none_left")
        .Command($"chain --replace --autofree {policy.FallbackUrl}?macs=${{macs}}&platform=${{platform}}&arch=${{buildarch}}&uuid=${{uuid}}"
            + "&manufacturer=${manufacturer:uristring}&product=${product:uristring}&serial=${serial:uristring} ||")
        .Blank()
        .AskAgain(policy, "dhcp || ifstat")
        .ToString();
}
