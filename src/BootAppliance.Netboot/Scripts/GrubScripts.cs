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
    public override string? FindObstacle(BootPlan.Network plan)
    {
        if (plan is not BootPlan.Ramdisk ramdisk) return "instance_info/boot_iso needs iPXE: GRUB cannot boot a disc image from a URL; name kernel and ramdisk instead, or boot interface http-ipxe without Secure Boot";
        foreach (var image in ramdisk.Images)
        {
            if (GrubText.ToPath(Url(image)) is null) return $"GRUB loads over http only, and {Url(image)} is another kind of URL";
        }

        return GrubText.FindProblem(ramdisk.Arguments);
    }

    /// <inheritdoc/>
    public override string Network(Node node, BootPlan.Network plan, MacAddress? nic)
    {
        var ramdisk = plan as BootPlan.Ramdisk ?? throw new ArgumentException("FindObstacle says why GRUB cannot boot it", nameof(plan));
        string[] bootif = nic is { } mac ? [$"BOOTIF=01-{mac.ToHyphenated()}"] : [];
        var script = new GrubScript()
            .Comment(Heading(node, Doing(plan)))
            .Echo($"BootAppliance: node {node.Label} {Doing(plan)}.")
            .For("pause", Enumerable.Range(1, 10))
            .If("linux", [Path(ramdisk.Kernel), .. GrubText.Words(ramdisk.Arguments), .. bootif]);
        if (ramdisk.Initrds.IsEmpty) script.Command("boot");
        else script.If("initrd", ramdisk.Initrds.Select(Path)).Command("boot").End("fi");
        return script
            .End("fi")
            .Command("echo \"BootAppliance: that did not work, trying again in ${pause} seconds\"")
            .Command("sleep ${pause}")
            .End("done")
            .Echo($"BootAppliance: node {node.Label} could not load {Lost(plan)}. 'bootappliance node show {node.Label}' says how far it came. Going on with the next boot device.")
            .Command("sleep 30")
            .LocalBoot()
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

    private string Own => GrubText.ToPath(policy.RootUrl)!.TrimEnd('/');

    private string OwnPath => Own + "/boot/${net_default_mac}/grub.cfg";

    private string Url(ImageReference image) => image.ToUrl(policy.ImagesUrl);

    private string Path(ImageReference image) => GrubText.ToPath(Url(image)) ?? throw new ArgumentException("FindObstacle says why GRUB cannot open it", nameof(image));
}
