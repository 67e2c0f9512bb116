using System.Net;
using BootAppliance.Images;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot;

/// <summary>The text that a machine gets, and what the operator is told about it.</summary>
/// <param name="Text">The script; null: there is none for this machine, which is a 404 on the wire.</param>
/// <param name="Node">The node, if the machine is one.</param>
/// <param name="Plan">What the node boots, if there is a node that gets a script in its state.</param>
/// <param name="Why">One sentence for the operator, never for the machine.</param>
/// <param name="Unknown">What was decided about a machine that is no node; null where it is one.</param>
/// <param name="Loop">The boot loop that the text speaks of in place of a script; null as a rule.</param>
/// <param name="Use">What the boot program does with the images of the plan.</param>
public sealed record ScriptAnswer(string? Text, Node? Node, BootPlan? Plan, string Why, UnknownNodeAction? Unknown = null, BootLoop? Loop = null, ImageUse Use = default);

/// <summary>
/// The one resolver: what a machine is offered, what it is served, what <c>boot preview</c> shows and what the log says all come from here.
/// </summary>
public sealed class BootResolver(BootPolicy policy, NodeRegistry nodes, BootLoopGuard guard, ImageDelivery delivery) : IBootJudge
{
    /// <summary>The name of a node's script for iPXE.</summary>
    public const string ScriptName = "boot.ipxe";

    /// <summary>Stands in for the node that an address does not have, and for the script that a node does not get: finding nothing takes as long as finding something.</summary>
    private static readonly Node nobody = new()
    {
        Name = "nobody",
        ProvisionState = ProvisionState.DeployWait,
        DriverInfo = JsonFields.Parse("""{"deploy_kernel": "kernel", "deploy_ramdisk": "ramdisk"}"""),
    };

    private readonly BootPlanner planner = new(policy);
    private readonly IpxeScripts ipxe = new(policy);
    private readonly GrubScripts grub = new(policy);

    /// <summary>What the operator decided.</summary>
    public BootPolicy Policy => policy;

    /// <summary>What DHCP clients load first.</summary>
    public BootFileSelector Loaders { get; } = new(policy, nodes, guard.Trials);

    /// <summary>The script that every iPXE runs first.</summary>
    /// <param name="machine">Who asks, where that is known.</param>
    public string CatchAll(MacAddress? machine = null) => First(machine, ipxe, ipxe.CatchAll);

    /// <summary>
    /// The file of this name that is made for boot programs which look for it by themselves, in whatever folder: iPXE's
    /// <c>autoexec.ipxe</c>, GRUB's <c>grub.cfg</c>. Null: there is none.
    /// </summary>
    /// <remarks>
    /// GRUB looks for a configuration of its own machine first, and gets the one for all under that name: what a node boots is handed out in one
    /// place, where it is noticed that its machine starts anew.
    /// </remarks>
    /// <param name="path">The name, as it was asked for.</param>
    /// <param name="machine">Who asks, where that is known.</param>
    public GeneratedFile? Generate(string path, MacAddress? machine) => AskedFile.Read(path).Role switch
    {
        AskedFileRole.Autoexec => new(path, First(machine, ipxe, () => AutoexecScript.Render(policy, TaggedNicOf(machine)))),
        AskedFileRole.GrubCatchAll => new(path, First(machine, grub, grub.CatchAll)),
        AskedFileRole.GrubNode => Generate(path[..(path.LastIndexOfAny(['/', '\\']) + 1)] + AskedFile.GrubName, machine),
        _ => null,
    };

    /// <summary>What a node boots now, with the boot program that its firmware is given.</summary>
    public BootPlan Plan(Node node) => Send(Fit(planner.Plan(node), ProgramOf(node)), ProgramOf(node)).Plan;

    /// <summary>What a node is to boot from the network for a purpose, whether its images can be had now or not; null: nothing.</summary>
    public BootPlan.Network? Wanted(Node node, BootPurpose purpose) => planner.Plan(node, purpose) as BootPlan.Network;

    /// <summary>The images that nodes need in their states, those of an instance that they come back to among them.</summary>
    public IEnumerable<ImageReference> NeededImages() => nodes.All.SelectMany(NeededImages);

    /// <summary>The images that a node needs in its state.</summary>
    public IEnumerable<ImageReference> NeededImages(Node node)
    {
        if (node.ProvisionState is ProvisionState.Enroll or ProvisionState.Manageable or ProvisionState.Available) return [];
        BootPlan?[] plans = [planner.Plan(node), Wanted(node, BootPurpose.Instance)];
        return plans.OfType<BootPlan.Network>().SelectMany(plan => plan.Images);
    }

    /// <summary>How many of the images that it boots now a machine loads from the appliance.</summary>
    public int CountServed(Node node, BootPlan.Network plan) => new ImageRoutes(plan, ProgramOf(node).UseOf(plan), delivery).Served;

    /// <inheritdoc/>
    public BootProblem? FindProblem(Node node, BootPurpose purpose) =>
        Fit(planner.Plan(node, purpose), ProgramOf(node)) is BootPlan.Nothing nothing ? new(nothing.Problem, nothing.Missing) : null;

    /// <summary>
    /// The boot configuration API, <c>/v1/boot/MAC/NAME</c>: only a script or nothing, and the machine never learns why. All that it refuses costs the same
    /// work, that of a script, so the time that it takes says nothing either.
    /// </summary>
    /// <param name="mac">The address; zero for a text that is none.</param>
    /// <param name="name">The name of the configuration.</param>
    /// <param name="from">The address of the machine that asks; null: none does, it is only looked at.</param>
    public ScriptAnswer BootConfig(MacAddress mac, string name, IPAddress? from = null)
    {
        var node = nodes.FindByMac(mac);
        BootScripts? scripts = name == ipxe.Name ? ipxe : name == grub.Name ? grub : null;
        var loop = guard.Find(mac);
        if (node is null) return Refuse(null, null, $"no node has the MAC address {mac}", scripts ?? ipxe, mac, from);
        if (scripts is null) return Refuse(node, null, $"there is no boot configuration called '{name}'", ipxe, mac, from);
        var answer = Render(node, scripts, mac, from);
        return answer.Text is not null && loop is not null ? answer with { Text = scripts.Looping(loop), Loop = loop } : answer;
    }

    /// <summary>What a node boots now, as the operator is shown it, and what it is refused by the boot configuration API, if it is.</summary>
    /// <param name="node">The node.</param>
    /// <param name="looksAtImages">Whether it is also to be said if one of the images cannot be had now, which takes too long for a list of nodes.</param>
    public string BootsNow(Node node, bool looksAtImages)
    {
        var scripts = ProgramOf(node);
        var plan = Judge(node, scripts, out var refusal);
        if (refusal is not null) return refusal;
        var (sent, routes) = looksAtImages ? Send(plan!, scripts) : (plan!, null);
        return Why(node, sent, routes);
    }

    /// <summary>The dynamic configuration endpoint, <c>ipxe_config</c>: always a script for a node, which says on the console what is wrong if it cannot boot.</summary>
    public ScriptAnswer IpxeConfig(Node? node, IPAddress? from = null)
    {
        if (node is null) return new(null, null, null, "no such node");
        return Answer(node, Fit(planner.Plan(node), ipxe), ipxe, null, from);
    }

    /// <summary>The end of iPXE's catch-all: none of the machine's NICs has a script of its own.</summary>
    public ScriptAnswer Fallback(IReadOnlyList<MacAddress> macs, IPAddress? from = null) => Fallback(macs, ipxe, from);

    /// <summary>
    /// What GRUB's catch-all leads to, always an answer: the configuration of the node, or what the end of iPXE's catch-all has for the
    /// machine. GRUB waits for half a minute, twice, on a 404: it does not take in how long its body is.
    /// </summary>
    public ScriptAnswer GrubConfig(MacAddress mac, IPAddress? from = null) => Fallback([mac], grub, from);

    private ScriptAnswer Fallback(IReadOnlyList<MacAddress> macs, BootScripts scripts, IPAddress? from)
    {
        if (macs.Select(mac => guard.Find(mac)).FirstOrDefault(found => found is not null) is { } loop)
            return new(scripts.Looping(loop), macs.Select(nodes.FindByMac).FirstOrDefault(found => found is not null), null, loop.Seen, Loop: loop);

        if (macs.Select(nodes.FindByMac).FirstOrDefault(found => found is not null) is { } node)
        {
            // The script may be there and its download have failed: a boot program cannot tell that from a 404, and the disk would be the wrong answer.
            var own = Render(node, scripts, macs.FirstOrDefault(mac => node.Ports.Any(port => port.Address == mac)), from);
            if (policy.UseBootConfigApi && own is { Text: not null, Plan: BootPlan.Network or BootPlan.Unavailable }) return own;

            // A node that has nothing to boot from the network is installed or at rest: its own disk is right for it, whatever unknown machines get.
            const string nothing = "nothing to boot from the network";
            var toDisk = own with { Text = scripts.LocalDisk(nothing) };
            if (own.Plan is BootPlan.LocalDisk or BootPlan.Nothing) return toDisk;
            var why = policy.UseBootConfigApi ? own.Why : $"node {node.Label} boots its local disk: Boot:UseBootConfigApi is false, and the operator's file for it did not come";
            return toDisk with { Plan = new BootPlan.LocalDisk(nothing), Why = why };
        }

        var text = policy.UnknownNode == UnknownNodeAction.LocalBoot
            ? scripts.LocalDisk("this machine is not a node")
            : scripts.Unknown(macs, discovered: policy.UnknownNode == UnknownNodeAction.Discover);
        return new(text, null, null, $"it is no node, and Boot:UnknownNode is {policy.UnknownNode}", policy.UnknownNode);
    }

    private ScriptAnswer Render(Node node, BootScripts scripts, MacAddress? nic, IPAddress? from)
    {
        var plan = Judge(node, scripts, out var refusal);
        return refusal is null ? Answer(node, plan!, scripts, nic, from) : Refuse(node, plan, refusal, scripts, nic, from);
    }

    private ScriptAnswer Answer(Node node, BootPlan fit, BootScripts scripts, MacAddress? nic, IPAddress? from)
    {
        var (plan, routes) = Send(fit, scripts, from);
        return new(Render(node, plan, routes, scripts, nic), node, plan, Why(node, plan, routes), Use: fit is BootPlan.Network network ? scripts.UseOf(network, from) : default);
    }

    /// <summary>No script, after the work that one would have been; nothing of that work depends on what is refused.</summary>
    private ScriptAnswer Refuse(Node? node, BootPlan? plan, string why, BootScripts scripts, MacAddress? nic, IPAddress? from)
    {
        Answer(nobody, Fit(planner.Plan(nobody), scripts), scripts, nic, from);
        return new(null, node, plan, why);
    }

    /// <summary>What a node boots in the language of one boot program, and why the boot configuration API refuses it; null where it does not. What its state alone refuses is not planned.</summary>
    private BootPlan? Judge(Node node, BootScripts scripts, out string? refusal)
    {
        var state = node.ProvisionState;
        if (policy.RestrictBootConfig && BootPlanner.HasNetworkBoot(state) && !state.Has(ProvisionTraits.Waiting) && state != ProvisionState.Active)
        {
            refusal = $"node {node.Label} gets no script in state '{state.ToApiString()}': Boot:RestrictBootConfig keeps them to nodes that wait for one or live on the network";
            return null;
        }

        var plan = Fit(planner.Plan(node), scripts);
        refusal = plan is BootPlan.Nothing || (plan is BootPlan.LocalDisk && policy.RestrictBootConfig) ? Why(node, plan) : null;
        return plan;
    }

    private BootScripts ProgramOf(Node node) => Loaders.LeadsToGrub(node) ? grub : ipxe;

    /// <summary>The plan, unless the boot program cannot do what it says.</summary>
    private static BootPlan Fit(BootPlan plan, BootScripts scripts) =>
        plan is BootPlan.Network network && scripts.FindObstacle(network) is { } obstacle ? new BootPlan.Nothing(obstacle) : plan;

    /// <summary>The plan with the way of its images, unless one of them cannot be had now.</summary>
    private (BootPlan Plan, ImageRoutes? Routes) Send(BootPlan plan, BootScripts scripts, IPAddress? from = null)
    {
        if (plan is not BootPlan.Network network) return (plan, null);
        var routes = new ImageRoutes(network, scripts.UseOf(network, from), delivery);
        return routes.Problem is { } problem ? (new BootPlan.Unavailable(network, problem), null) : (network, routes);
    }

    private TaggedNic? TaggedNicOf(MacAddress? machine) => machine is { } mac && nodes.FindByMac(mac)?.BootVlan() is { } vlan ? new(mac, vlan) : null;

    /// <summary>The first text that a machine asks for; one that goes round in circles gets to read why instead.</summary>
    private string First(MacAddress? machine, BootScripts scripts, Func<string> usual) => guard.Find(machine) is { } loop ? scripts.Looping(loop) : usual();

    /// <summary>One sentence on what a node boots now.</summary>
    private static string Why(Node node, BootPlan plan, ImageRoutes? routes = null) => plan switch
    {
        BootPlan.Network network => $"node {node.Label} in state '{node.ProvisionState.ToApiString()}' boots its {network.What} from the network{(routes?.InsteadOf is { } reason ? $", by way of the appliance: {reason}" : "")}",
        BootPlan.Unavailable unavailable => $"node {node.Label} in state '{node.ProvisionState.ToApiString()}' waits for its {unavailable.Wanted.What}: {unavailable.Problem}",
        BootPlan.LocalDisk disk => $"node {node.Label} boots its local disk: {disk.Why}",
        BootPlan.Nothing nothing => $"node {node.Label} boots nothing from the network: {nothing.Problem}",
        _ => throw new InvalidOperationException($"no words for {plan.GetType().Name}"),
    };

    private static string Render(Node node, BootPlan plan, ImageRoutes? routes, BootScripts scripts, MacAddress? nic) => plan switch
    {
        BootPlan.Network network => scripts.Network(node, network, routes!, nic),
        BootPlan.Unavailable unavailable => scripts.Wait(node, unavailable),
        BootPlan.LocalDisk disk => scripts.LocalDisk(disk.Why),
        BootPlan.Nothing nothing => scripts.Problem(node, nothing.Problem),
        _ => throw new InvalidOperationException($"no script for {plan.GetType().Name}"),
    };
}
