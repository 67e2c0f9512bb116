using System.Net;
using BootAppliance.Images;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Scripts;

/// <summary>The texts that machines boot by, in the language of one boot program; what they say is decided elsewhere.</summary>
public abstract class BootScripts
{
    /// <summary>The name under which <c>/v1/boot/MAC/NAME</c> has them.</summary>
    public abstract string Name { get; }

    /// <summary>The same for every machine: finds the one that is made for it.</summary>
    public abstract string CatchAll();

    /// <summary>Why this program cannot do what the plan says, in one sentence; null where it can.</summary>
    public abstract string? FindObstacle(BootPlan.Network plan);

    /// <summary>What this program does with the images of the plan.</summary>
    public ImageUse UseOf(BootPlan.Network plan, IPAddress? machine = null) => new(plan.IsLasting, IsPlainHttpOnly, IsDisc: plan is BootPlan.Iso, machine);

    /// <summary>Loads and starts what the plan says; a bounded number of tries with growing pauses, then the firmware's next boot entry.</summary>
    public abstract string Network(Node node, BootPlan.Network plan, ImageRoutes routes, MacAddress? nic);

    /// <summary>Prints why what the node is to boot cannot be had now, and looks again in growing pauses; never the local disk.</summary>
    public abstract string Wait(Node node, BootPlan.Unavailable plan);

    /// <summary>Boots the local disk.</summary>
    public abstract string LocalDisk(string why);

    /// <summary>Prints why the node cannot boot, gives somebody the time to read it, and goes on with the next boot entry.</summary>
    public abstract string Problem(Node node, string problem);

    /// <summary>Tells an unknown machine's operator what to type, and looks again until it is a node.</summary>
    public abstract string Unknown(IReadOnlyList<MacAddress> macs, bool discovered);

    /// <summary>Says what was seen of a machine that only ever loads its loader, and what to do; tries again when the guard lets it.</summary>
    public abstract string Looping(BootLoop loop);

    /// <summary>Whether the program has no TLS.</summary>
    protected abstract bool IsPlainHttpOnly { get; }

    /// <summary>The command that makes a machine a node.</summary>
    protected static string Adoption(IReadOnlyList<MacAddress> macs, bool discovered)
    {
        var mac = macs.Count > 0 ? macs[0].ToString() : "MAC";
        return discovered ? $"bootappliance node adopt {mac} NAME" : $"bootappliance node add NAME --mac {mac} --kernel ... --deploy";
    }

    /// <summary>What a script of a node says of itself in its first line.</summary>
    protected static string Heading(Node node, string what) => $"BootAppliance: node {node.Label} ({node.Uuid}), state '{node.ProvisionState.ToApiString()}', {what}.";

    /// <summary>What a script that boots from the network says of itself.</summary>
    protected static string Doing(BootPlan.Network plan) => $"boots its {plan.What} from the network";

    /// <summary>What a script says of an image that cannot be had now.</summary>
    protected static string Waiting(Node node, BootPlan.Unavailable plan) => $"BootAppliance: node {node.Label} cannot boot its {plan.Wanted.What} now: {plan.Problem}{(plan.Problem.EndsWith('?') ? "" : ".")}";

    /// <summary>What did not come, where a script gives up.</summary>
    protected static string Lost(BootPlan.Network plan) => plan is BootPlan.Iso ? "its ISO, or could not boot it" : "its kernel or initrd";
}
