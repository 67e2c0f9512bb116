using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot;

/// <summary>The text that a machine gets, and what the operator is told about it.</summary>
/// <param name="Text">The script; null: there is none for this machine, which is a 404 on the wire.</param>
/// <param name="Node">The node, if the machine is one.</param>
/// <param name="Plan">What the node boots, if there is a node.</param>
/// <param name="Why">One sentence for the operator, never for the machine.</param>
/// <param name="Unknown">What was decided about a machine that is no node; null where it is one.</param>
public sealed record ScriptAnswer(string? Text, Node? Node, BootPlan? Plan, string Why, UnknownNodeAction? Unknown = null);

/// <summary>
/// The one resolver: what a machine is offered, what it is served, what <c>boot preview</c> shows and what the log says all come from here.
/// </summary>
public sealed class BootResolver(BootPolicy policy, NodeRegistry nodes)
{
    /// <summary>The name of the only configuration that <c>/v1/boot/MAC/NAME</c> has.</summary>
    public const string ScriptName = "boot.ipxe";

    /// <summary>What the operator decided.</summary>
    public BootPolicy Policy => policy;

    /// <summary>What DHCP clients load first.</summary>
    public BootFileSelector Loaders { get; } = new(policy, nodes);

    /// <summary>The script that every iPXE runs first.</summary>
    public string CatchAll() => policy.Script ?? CatchAllScript.Render(policy);

    /// <summary>What a node boots now.</summary>
    public BootPlan Plan(Node node) => BootPlanner.Plan(node, policy.KernelAppendParams);

    /// <summary>The boot configuration API, <c>/v1/boot/MAC/NAME</c>: only a script or nothing, and the machine never learns why.</summary>
    public ScriptAnswer BootConfig(MacAddress mac, string name)
    {
        if (nodes.FindByMac(mac) is not { } node) return new(null, null, null, $"no node has the MAC address {mac}");
        return name == ScriptName ? BootConfig(node) : new(null, node, Plan(node), $"there is no boot configuration called '{name}'");
    }

    /// <summary>What the boot configuration API has for a node now; its reason is what the operator is shown as "boots now".</summary>
    public ScriptAnswer BootConfig(Node node)
    {
        var plan = Plan(node);
        if (plan is BootPlan.Nothing) return new(null, node, plan, Why(node, plan));
        if (!policy.RestrictBootConfig) return new(Render(node, plan), node, plan, Why(node, plan));
        if (plan is BootPlan.LocalDisk) return new(null, node, plan, Why(node, plan));
        return node.ProvisionState.Has(ProvisionTraits.Waiting) || node.ProvisionState == ProvisionState.Active
            ? new(Render(node, plan), node, plan, Why(node, plan))
            : new(null, node, plan, $"node {node.Label} gets no script in state '{node.ProvisionState.ToApiString()}': Boot:RestrictBootConfig keeps them to nodes that wait for one or live on the network");
    }

    /// <summary>The dynamic configuration endpoint, <c>ipxe_config</c>: always a script for a node, which says on the console what is wrong if it cannot boot.</summary>
    public ScriptAnswer IpxeConfig(Node? node)
    {
        if (node is null) return new(null, null, null, "no such node");
        var plan = Plan(node);
        return new(Render(node, plan), node, plan, Why(node, plan));
    }

    /// <summary>The end of the catch-all: none of the machine's NICs has a script of its own.</summary>
    public ScriptAnswer Fallback(IReadOnlyList<MacAddress> macs)
    {
        if (macs.Select(nodes.FindByMac).FirstOrDefault(found => found is not null) is { } node)
        {
            // The script may be there and its download have failed: iPXE cannot tell that from a 404, and the disk would be the wrong answer.
            var own = BootConfig(node);
            if (policy.UseBootConfigApi && own is { Text: not null, Plan: BootPlan.Network }) return own;

            // A node that has nothing to boot from the network is installed or at rest: its own disk is right for it, whatever unknown machines get.
            return own with { Text = NodeScript.LocalDisk("nothing to boot from the network") };
        }

        return policy.UnknownNode switch
        {
            UnknownNodeAction.LocalBoot => new(NodeScript.LocalDisk("this machine is not a node"), null, null, "it is no node, and Boot:UnknownNode is LocalBoot", policy.UnknownNode),
            UnknownNodeAction.Discover => new(NodeScript.Unknown(macs, discovered: true, policy), null, null, "it is no node, and Boot:UnknownNode is Discover", policy.UnknownNode),
            _ => new(NodeScript.Unknown(macs, discovered: false, policy), null, null, "it is no node, and Boot:UnknownNode is Error", policy.UnknownNode),
        };
    }

    /// <summary>One sentence on what a node boots now.</summary>
    private static string Why(Node node, BootPlan plan) => plan switch
    {
        BootPlan.Network network => $"node {node.Label} in state '{node.ProvisionState.ToApiString()}' boots its {network.Purpose.ToString().ToLowerInvariant()} kernel from the network",
        BootPlan.LocalDisk disk => $"node {node.Label} boots its local disk: {disk.Why}",
        BootPlan.Nothing nothing => $"node {node.Label} boots nothing from the network: {nothing.Problem}",
        _ => throw new InvalidOperationException($"no words for {plan.GetType().Name}"),
    };

    private string Render(Node node, BootPlan plan) => plan switch
    {
        BootPlan.Network network => NodeScript.Network(node, network, policy),
        BootPlan.LocalDisk disk => NodeScript.LocalDisk(disk.Why),
        BootPlan.Nothing nothing => NodeScript.Problem(node, nothing.Problem),
        _ => throw new InvalidOperationException($"no script for {plan.GetType().Name}"),
    };
}
