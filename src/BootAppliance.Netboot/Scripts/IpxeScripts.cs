using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Scripts;

/// <summary>The scripts that are made for one node, or for a machine that is none, at the moment they are asked for.</summary>
public static class NodeScript
{
    /// <summary>How often the catch-all is asked again by a machine that waits to become a node: every half minute for half an hour.</summary>
    private const int Looks = 60;

    /// <summary>Loads and starts kernel and initrds; eleven tries with growing pauses, then the firmware's next boot entry.</summary>
    public static string Network(Node node, BootPlan.Network plan, BootPolicy policy)
    {
        var names = plan.Initrds.Select((_, index) => "initrd" + index).ToArray();
        // An EFI kernel finds an initrd only by the name on its command line; a BIOS kernel ignores it.
        string[] arguments = [.. names.Select(name => "initrd=" + name), plan.Arguments, "BOOTIF=01-${netX/mac:hexhyp}"];
        var script = Head(node, $"boots its {plan.Purpose.ToString().ToLowerInvariant()} kernel from the network")
            .Command("set attempt:int32 0")
            .Label("load")
            .Command("imgfree")
            .Kernel(plan.Kernel.ToUrl(policy.ImagesUrl), string.Join(' ', arguments.Where(a => a.Length > 0)), "failed");
        foreach (var (initrd, name) in plan.Initrds.Zip(names)) script.Initrd(initrd.ToUrl(policy.ImagesUrl), name, "failed");
        return script
            .Command("boot || goto failed")
            .Blank()
            .Label("failed")
            .Command("iseq ${attempt} 10 && goto give_up ||")
            .Command("inc attempt")
            .Command("echo BootAppliance: that did not work, attempt ${attempt} of 10 follows in ${attempt} seconds")
            .Command("sleep ${attempt} || goto give_up")
            .Command("goto load")
            .Blank()
            .Label("give_up")
            .Echo($"BootAppliance: node {node.Label} could not load its kernel or initrd. 'bootappliance node show {node.Label}' says how far it came. Going on with the next boot device.")
            .Command("sleep 30 ||")
            .LocalBoot()
            .ToString();
    }

    /// <summary>Boots the local disk.</summary>
    public static string LocalDisk(string why) => new IpxeScript()
        .Echo("BootAppliance: " + why + ". Booting the local disk.")
        .LocalBoot()
        .ToString();

    /// <summary>Prints why the node cannot boot, gives somebody the time to read it, and goes on with the next boot entry.</summary>
    public static string Problem(Node node, string problem) => Head(node, "cannot boot from the network")
        .Echo($"BootAppliance: node {node.Label} ({node.Uuid}): {problem}.")
        .Echo($"BootAppliance: see 'bootappliance node show {node.Label}'. Going on with the next boot device in 30 seconds.")
        .Command("sleep 30 ||")
        .LocalBoot()
        .ToString();

    /// <summary>Tells an unknown machine's operator what to type, and looks again every half minute until it is a node.</summary>
    public static string Unknown(IReadOnlyList<MacAddress> macs, bool discovered, BootPolicy policy)
    {
        var mac = macs.Count > 0 ? macs[0].ToString() : "MAC";
        var command = discovered ? $"bootappliance node adopt {mac} NAME" : $"bootappliance node add NAME --mac {mac} --kernel ... --deploy";
        return new IpxeScript()
            .Command("isset ${looks} || set looks:int32 0")
            .Echo("BootAppliance: this machine is not a node yet: " + string.Join(", ", macs))
            .Echo("BootAppliance: make it one with: " + command)
            .Label("wait")
            .Command($"iseq ${{looks}} {Looks} && goto give_up ||")
            .Command("inc looks")
            .Command($"echo BootAppliance: looking again in 30 seconds, ${{looks}} of {Looks}")
            .Command("sleep 30 || goto give_up")
            .Comment("iPXE never renews its address, and a stranger's is soon over.")
            .Command("dhcp ||")
            .Command($"chain --replace --autofree {policy.CatchAllUrl} ||")
            .Command("goto wait")
            .Blank()
            .Label("give_up")
            .Echo("BootAppliance: going on with the next boot device.")
            .LocalBoot()
            .ToString();
    }

    private static IpxeScript Head(Node node, string what) => new IpxeScript()
        .Comment($"BootAppliance: node {node.Label} ({node.Uuid}), state '{node.ProvisionState.ToApiString()}', {what}.");
}
