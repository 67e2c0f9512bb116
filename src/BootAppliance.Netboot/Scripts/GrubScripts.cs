using BootAppliance.Images;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Scripts;

/// <summary>
/// The texts that machines with the signed GRUB boot by. It has http and everything used here built in; under Secure Boot it loads no
/// module from elsewhere, so nothing here asks for one.
/// </summary>
public sealed class GrubScripts(BootPolicy policy) : BootScripts
{
    /// <summary>GRUB renews no address, and a stranger's is over after five minutes: eight looks, one every half minute. It cannot count, but lengthen a word.</summary>
    private const int Looks = 8;

    /// <summary>How often a machine tries to load its kernel.</summary>
    private const int Tries = 10;

    /// <summary>How often a machine looks for an image that cannot be had: for some twenty minutes, since the address of a node lasts for longer.</summary>
    private const int Waits = 24;

    /// <summary>GRUB cannot count: each pause by the one before it, in seconds.</summary>
    private static readonly (string Before, int Pause)[] pauses = [("", 5), ("5", 10), ("10", 20), ("20", 40), ("40", 60)];

    /// <inheritdoc/>
    public override string Name => "grub.cfg";

    /// <inheritdoc/>
    public override string CatchAll()
    {
        var script = new GrubScript()
            .Comment("BootAppliance: finds the GRUB configuration of this machine by the MAC address of the NIC that it booted from.")
            .For("pause", [1, 2, 4, 8, 16, 32, 64])
            .Command("echo \"BootAppliance: asking for the configuration of ${net_default_mac}\"");
        if (Elsewhere("${net_default_mac}") is { } other) script.Command("source " + other);
        return script
            .Command("source " + OwnPath)
            .Comment("That answer exists for every machine. Without it the network is at fault.")
            .Command($"echo \"BootAppliance: no answer from {policy.RootUrl}, trying again in ${{pause}} seconds\"")
            .Command("sleep ${pause}")
            .End("done")
            .Echo("BootAppliance: " + policy.RootUrl + " did not answer. Is it running? Going on with the next boot device.")
            .Command("sleep 10")
            .LocalBoot()
            .ToString();
    }

    /// <inheritdoc/>
    public override string? FindObstacle(BootPlan.Network plan) => plan is BootPlan.Ramdisk ramdisk
        ? GrubText.FindProblem(ramdisk.Arguments)
        : "instance_info/boot_iso needs iPXE: GRUB cannot boot a disc image from a URL; name kernel and ramdisk instead, or boot interface http-ipxe without Secure Boot";

    /// <inheritdoc/>
    public override string Network(Node node, BootPlan.Network plan, ImageRoutes routes, MacAddress? nic)
    {
        var ramdisk = plan as BootPlan.Ramdisk ?? throw new ArgumentException("FindObstacle says why GRUB cannot boot it", nameof(plan));
        string[] bootif = nic is { } mac ? [$"BOOTIF=01-{mac.ToHyphenated()}"] : [];
        var script = new GrubScript()
            .Comment(Heading(node, Doing(plan)))
            .Echo($"BootAppliance: node {node.Label} {Doing(plan)}.");
        if (routes.MayChange) script.Begin($"if [ \"${{tries}}\" != {new string('x', Tries)} ]; then").Command("set tries=x${tries}").Command("set pause=5");
        else script.For("pause", Enumerable.Range(1, Tries));
        script.If("linux", [Path(routes[ramdisk.Kernel]), .. GrubText.Words(ramdisk.Arguments), .. bootif]);
        if (ramdisk.Initrds.IsEmpty) script.Command("boot");
        else script.If("initrd", ramdisk.Initrds.Select(initrd => Path(routes[initrd]))).Command("boot").End("fi");
        script
            .End("fi")
            .Command("echo \"BootAppliance: that did not work, trying again in ${pause} seconds\"")
            .Command("sleep ${pause}");
        // An object store refuses a URL that is over each time, and an image that does not come has a reason: the next script has a fresh URL, or the reason.
        if (routes.MayChange) script.Command("source " + OwnPath).End("fi");
        else script.End("done");
        return script
            .Echo($"BootAppliance: node {node.Label} could not load {Lost(plan)}. 'bootappliance node show {node.Label}' says how far it came. Going on with the next boot device.")
            .Command("sleep 30")
            .LocalBoot()
            .ToString();
    }

    /// <inheritdoc/>
    public override string Wait(Node node, BootPlan.Unavailable plan)
    {
        var script = new GrubScript()
            .Comment(Heading(node, $"waits for its {plan.Wanted.What}"))
            .Echo(Waiting(node, plan))
            .Begin($"if [ \"${{waits}}\" = {new string('x', Waits)} ]; then")
            .Echo("BootAppliance: restarting, since GRUB keeps every script that it waited in.")
            .Command("sleep 10")
            .Command("reboot")
            .End("fi")
            .Command("set waits=x${waits}");
        foreach (var (index, (before, pause)) in pauses.Index())
            script.Command($"{(index == 0 ? "if" : "elif")} [ \"${{waited}}\" = \"{before}\" ]; then set waited={pause}");
        return script
            .Command("fi")
            .Command("echo \"BootAppliance: looking again in ${waited} seconds\"")
            .Command("sleep ${waited}")
            .Command("source " + OwnPath)
            .Command("reboot")
            .ToString();
    }

    /// <inheritdoc/>
    public override string LocalDisk(string why) => new GrubScript()
        .Echo("BootAppliance: " + why + ". Booting the local disk.")
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    public override string Problem(Node node, string problem) => new GrubScript()
        .Comment(Heading(node, "cannot boot from the network"))
        .Echo($"BootAppliance: node {node.Label} ({node.Uuid}): {problem}.")
        .Echo($"BootAppliance: see 'bootappliance node show {node.Label}'. Going on with the next boot device in 30 seconds.")
        .Command("sleep 30")
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    public override string Unknown(IReadOnlyList<MacAddress> macs, bool discovered) => new GrubScript()
        .Echo("BootAppliance: this machine is not a node yet: " + string.Join(", ", macs))
        .Echo("BootAppliance: make it one with: " + Adoption(macs, discovered))
        .Begin($"if [ \"${{looks}}\" = {new string('x', Looks)} ]; then")
        .Echo("BootAppliance: going on with the next boot device.")
        .LocalBoot()
        .End("fi")
        .Command("set looks=x${looks}")
        .Echo("BootAppliance: looking again in 30 seconds")
        .Command("sleep 30")
        .Command("source " + OwnPath)
        .LocalBoot()
        .ToString();

    /// <inheritdoc/>
    public override string Looping(BootLoop loop) => new GrubScript()
        .Echo("BootAppliance: " + loop.Seen + ".")
        .Echo("BootAppliance: " + BootLoop.Advice + ".")
        .Echo($"BootAppliance: trying the normal way again in {BootLoopGuard.Hold.TotalMinutes:0} minutes.")
        .Command($"sleep {BootLoopGuard.Hold.TotalSeconds:0}")
        .Command($"source {Own}/grub.cfg")
        .LocalBoot()
        .ToString();

    /// <summary>Where the operator keeps what goes before the appliance's own answer, in GRUB's words; null: nowhere that GRUB can ask.</summary>
    /// <param name="mac">The MAC address with colons, or the GRUB variable that has it.</param>
    public string? Elsewhere(string mac) => policy.UseBootConfigApi
        ? GrubText.ToPath(policy.ConfigApiRootUrl) is { } root ? $"{root.TrimEnd('/')}/v1/boot/{mac}/{Name}" : null
        : $"{Own}/images/{mac}.conf";

    /// <inheritdoc/>
    protected override bool IsPlainHttpOnly => true;

    private string Own => GrubText.ToPath(policy.RootUrl)!.TrimEnd('/');

    private string OwnPath => Own + "/boot/${net_default_mac}/grub.cfg";

    private string Path(ImageRoute route) => GrubText.ToPath(policy.ImageUrl(route)) ?? throw new ArgumentException("GRUB is never sent for anything but plain http", nameof(route));
}
