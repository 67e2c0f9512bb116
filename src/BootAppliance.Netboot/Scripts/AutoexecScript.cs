using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Scripts;

/// <summary>A network card behind a tagged VLAN.</summary>
/// <param name="Mac">The card.</param>
/// <param name="Vlan">The VLAN, 1 to 4094 (IEEE 802.1Q).</param>
public readonly record struct TaggedNic(MacAddress Mac, int Vlan);

/// <summary>
/// The script that iPXE looks for beside itself before it does anything else. It makes any iPXE one of ours, an unmodified signed one too,
/// whatever it was built with and whoever else answers its DHCP requests.
/// </summary>
public static class AutoexecScript
{
    /// <summary>Renders the script for this policy; it is the same for every machine but those behind a tagged VLAN.</summary>
    /// <param name="policy">Where the boot scripts are.</param>
    /// <param name="tagged">The card that the machine boots from, if that is behind a tagged VLAN.</param>
    public static string Render(BootPolicy policy, TaggedNic? tagged = null)
    {
        var script = new IpxeScript()
            .Comment("BootAppliance: leads any iPXE to the boot scripts.")
            .Command("set pause:int32 1")
            .Blank()
            .Comment("Not skipped where an address is set: that may be the firmware's, and the card not open yet. And without waiting for IPv6, where iPXE can.")
            .Label("ask");
        if (tagged is { } nic) AskOnVlan(script, nic, policy);
        return script
            .Command("ifconf --configurator dhcp || dhcp || ifstat")
            .Command($"chain --replace --autofree {policy.CatchAllUrl} ||")
            .Blank()
            .AskAgain(policy)
            .ToString();
    }

    /// <summary>iPXE makes the interface of a VLAN by itself only where UEFI firmware came over it, and asks on the card without a tag first.</summary>
    private static void AskOnVlan(IpxeScript script, TaggedNic nic, BootPolicy policy) => script
        .Command("set nic:int32 -1")
        .Label("next_nic")
        .Command("inc nic")
        .Command("isset ${net${nic}/mac} || goto any_nic")
        .Command($"iseq ${{net${{nic}}/mac}} {nic.Mac} || goto next_nic")
        .Command($"vcreate --tag {nic.Vlan} net${{nic}} || goto any_nic")
        .Command($"ifconf --configurator dhcp net${{nic}}-{nic.Vlan} || dhcp net${{nic}}-{nic.Vlan} && chain --replace --autofree {policy.CatchAllUrl} ||")
        .Label("any_nic");
}
