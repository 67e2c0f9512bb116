using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Scripts;

/// <summary>The texts that machines with iPXE boot by.</summary>
public sealed class IpxeScripts(BootPolicy policy) : BootScripts
{
    /// <summary>How often the catch-all is asked again by a machine that waits to become a node: every half minute for half an hour.</summary>
    private const int Looks = 60;

    /// <summary>The longest pause, in seconds, of a machine that waits for an image.</summary>
    private const int LongestWait = 60;

    /// <inheritdoc/>
    public override string Name => "boot.ipxe";

    /// <inheritdoc/>
    public override string CatchAll() => policy.Script ?? CatchAllScript.Render(policy);

    /// <inheritdoc/>
    public override string? FindObstacle(BootPlan.Network plan) => null;

    /// <inheritdoc/>
    public override string Network(Node node, BootPlan.Network plan, ImageRoutes routes, MacAddress? nic)
    {
        var script = new IpxeScript()
            .Comment(Heading(node, Doing(plan)))
            .Command(routes.MayChange ? "isset ${attempt} || set attempt:int32 0" : "set attempt:int32 0")
            .Label("load")
            .Command("imgfree");
        (plan switch
        {
            BootPlan.Ramdisk ramdisk => Ramdisk(script, ramdisk, routes),
            BootPlan.Iso iso => script
                .Echo("BootAppliance: booting a disc image. When its kernel runs, the disc is gone: the system must have loaded all that it needs.")
                .Sanboot(policy.ImageUrl(routes[iso.Image]), "failed"),
            _ => throw new InvalidOperationException($"no script for {plan.GetType().Name}"),
        })
            .Blank()
            .Label("failed")
            .Command("iseq ${attempt} 10 && goto give_up ||")
            .Command("inc attempt")
            .Command("echo BootAppliance: that did not work, attempt ${attempt} of 10 follows in ${attempt} seconds")
            .Command("sleep ${attempt} || goto give_up");
        // An object store refuses a URL that is over each time, and an image that does not come has a reason: the next script has a fresh URL, or the reason.
        if (routes.MayChange) script.Command($"chain --replace --autofree {policy.CatchAllUrl} ||");
        return script
            .Command("goto load")
            .Blank()
            .Label("give_up")
            .Echo($"BootAppliance: node {node.Label} could not load {Lost(plan)}. 'bootappliance node show {node.Label}' says how far it came. Going on with the next boot device.")
            .Command("sleep 30 ||")
            .LocalBoot()
            .ToString();
    }

    /// <inheritdoc/>
    public override string Wait(Node node, BootPlan.Unavailable plan) => new IpxeScript()
        .Comment(Heading(node, $"waits for its {plan.Wanted.What}"))
        .Command("isset ${waited} || set waited:int32 0")
        .Echo(Waiting(node, plan))
        .Label("wait")
        .Command($"iseq ${{waited}} {LongestWait} || inc waited 5")
        .Command("echo BootAppliance: looking again in ${waited} seconds")
        .Command("sleep ${waited} ||")
        .Comment("iPXE never renews its address.")
        .Command("dhcp ||")
        .Command($"chain --replace --autofree {policy.CatchAllUrl} ||")
        .Command("goto wait")
        .ToString();

    /// <inheritdoc/>
    public override string LocalDisk(string why) => new IpxeScript()
        .Echo("BootAppliance: " + why + ". Booting the local disk.")
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    public override string Problem(Node node, string problem) => new IpxeScript()
        .Comment(Heading(node, "cannot boot from the network"))
        .Echo($"BootAppliance: node {node.Label} ({node.Uuid}): {problem}.")
        .Echo($"BootAppliance: see 'bootappliance node show {node.Label}'. Going on with the next boot device in 30 seconds.")
        .Command("sleep 30 ||")
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    public override string Unknown(IReadOnlyList<MacAddress> macs, bool discovered) => new IpxeScript()
        .Command("isset ${looks} || set looks:int32 0")
        .Echo("BootAppliance: this machine is not a node yet: " + string.Join(", ", macs))
        .Echo("BootAppliance: make it one with: " + Adoption(macs, discovered))
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

    /// <inheritdoc/>
    public override string Looping(BootLoop loop) => new IpxeScript()
        .Echo("BootAppliance: " + loop.Seen + ".")
        .Echo("BootAppliance: " + BootLoop.Advice + ".")
        .Echo($"BootAppliance: trying the normal way again in {BootLoopGuard.Hold.TotalMinutes:0} minutes.")
        .Command($"sleep {BootLoopGuard.Hold.TotalSeconds:0} ||")
        .Command("dhcp ||")
        .Command($"chain --replace --autofree {policy.CatchAllUrl} ||")
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    protected override bool IsPlainHttpOnly => false;

    private IpxeScript Ramdisk(IpxeScript script, BootPlan.Ramdisk plan, ImageRoutes routes)
    {
        // An EFI kernel finds an initrd only by the name on its command line; a BIOS kernel ignores it.
        var initrds = string.Concat(plan.Initrds.Select((_, index) => $"initrd={NameOf(index)} "));
        var own = plan.Arguments.Length > 0 ? plan.Arguments + " " : "";
        script.Kernel(policy.ImageUrl(routes[plan.Kernel]), $"{initrds}{own}BOOTIF=01-${{netX/mac:hexhyp}}", "failed");
        for (var i = 0; i < plan.Initrds.Length; i++) script.Initrd(policy.ImageUrl(routes[plan.Initrds[i]]), NameOf(i), "failed");
        return script.Command("boot || goto failed");

        static string NameOf(int initrd) => $"initrd{initrd}";
    }
}
