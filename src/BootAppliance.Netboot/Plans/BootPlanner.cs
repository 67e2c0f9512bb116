using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using BootAppliance.Images;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Plans;

/// <summary>The judgement: which plan a node has in its provision state. Nothing else in the appliance decides this.</summary>
public sealed class BootPlanner(BootPolicy policy)
{
    private const string Default = "%default%";
    private const string ArgumentsField = "kernel_append_params";

    /// <summary>The plan of a node at this moment.</summary>
    public BootPlan Plan(Node node) => node.ProvisionState switch
    {
        ProvisionState.Active or ProvisionState.Unrescuing or ProvisionState.UnrescueFailed => Instance(node),
        ProvisionState.Deploying or ProvisionState.DeployWait => Agent(node, BootPurpose.Deploy),
        ProvisionState.Cleaning or ProvisionState.CleanWait => Agent(node, BootPurpose.Clean),
        ProvisionState.Inspecting or ProvisionState.InspectWait => Agent(node, BootPurpose.Inspect),
        ProvisionState.Rescuing or ProvisionState.RescueWait or ProvisionState.Rescue => Agent(node, BootPurpose.Rescue),
        ProvisionState.Servicing or ProvisionState.ServiceWait => Agent(node, BootPurpose.Service),
        _ => new BootPlan.Nothing($"state '{node.ProvisionState.ToApiString()}' has no network boot"),
    };

    /// <summary>An instance with the <c>ramdisk</c> deploy interface lives on the network; every other one lives on the disk.</summary>
    private BootPlan Instance(Node node)
    {
        if (node.Interfaces.Deploy != "ramdisk") return new BootPlan.LocalDisk($"the instance was deployed to the disk by '{node.Interfaces.Deploy}'");
        var info = node.InstanceInfo;
        if (info.Text("boot_iso") is { } iso)
            return TryRead("instance_info/boot_iso", iso, out var image, out var problem) ? new BootPlan.Iso(image) : problem;

        var (own, field) = info.Text(ArgumentsField) is { } ofInstance ? (ofInstance, "instance_info/") : (node.DriverInfo.Text(ArgumentsField), "driver_info/");
        if (FindProblem(field + ArgumentsField, own) is { } unfit) return unfit;
        var more = info.Text("ramdisk_kernel_arguments");
        if (FindProblem("instance_info/ramdisk_kernel_arguments", more) is { } unfitMore) return unfitMore;
        return Boot(BootPurpose.Instance, "instance_info/", info.Text("kernel"), info.Texts("ramdisk"), $"{Arguments(own)} {more}".Trim());
    }

    private BootPlan Agent(Node node, BootPurpose purpose)
    {
        var info = node.DriverInfo;
        var images = policy.AgentImages;
        var forRescue = purpose == BootPurpose.Rescue && (info.Text("rescue_kernel") ?? images.RescueKernel) is not null;
        var prefix = forRescue ? "rescue_" : "deploy_";
        var (kernel, ramdisk) = forRescue ? (images.RescueKernel, images.RescueRamdisk) : (images.DeployKernel, images.DeployRamdisk);

        // The operator's images belong together: a node's own kernel does not get the ramdisk of the settings.
        var ownKernel = info.Text(prefix + "kernel");
        IReadOnlyList<string> ramdisks = ownKernel is not null ? info.Texts(prefix + "ramdisk") : ramdisk is null ? [] : [ramdisk];
        if ((ownKernel ?? kernel) is null) return new BootPlan.Nothing($"driver_info/{prefix}kernel is not set, and neither is Boot:DeployKernel: the agent cannot be booted");
        if (FindProblem("driver_info/" + ArgumentsField, info.Text(ArgumentsField)) is { } unfit) return unfit;
        var arguments = AgentArguments.With(Arguments(info.Text(ArgumentsField)), purpose, policy.RootUrl);
        return Boot(purpose, "driver_info/" + prefix, ownKernel ?? kernel, ramdisks, arguments);
    }

    private static BootPlan Boot(BootPurpose purpose, string field, string? kernel, IReadOnlyList<string> ramdisks, string arguments)
    {
        if (kernel is null) return new BootPlan.Nothing($"{field}kernel is not set");
        if (!TryRead($"{field}kernel", kernel, out var kernelReference, out var problem)) return problem;
        var initrds = ImmutableArray.CreateBuilder<ImageReference>();
        foreach (var ramdisk in ramdisks)
        {
            if (!TryRead($"{field}ramdisk", ramdisk, out var reference, out problem)) return problem;
            initrds.Add(reference);
        }

        return new BootPlan.Ramdisk(purpose, kernelReference, initrds.DrainToImmutable(), arguments);
    }

    private static bool TryRead(string field, string text, [NotNullWhen(true)] out ImageReference? image, [NotNullWhen(false)] out BootPlan? problem)
    {
        problem = ImageReference.TryParse(text, out image, out var why) ? null : new BootPlan.Nothing($"{field}: {why}");
        return problem is null;
    }

    private static BootPlan.Nothing? FindProblem(string field, string? arguments)
    {
        if (arguments is null) return null;
        // Inside of a word it would put together what is refused as a whole, as in "|%default%|".
        var problem = arguments.Split(' ').Any(word => word != Default && word.Contains(Default, StringComparison.Ordinal))
            ? $"'{Default}' stands for the default arguments only as a word of its own"
            : IpxeText.FindProblem(arguments);
        return problem is null ? null : new BootPlan.Nothing($"{field}: {problem}");
    }

    /// <summary>As in Ironic: a node's own arguments replace the default ones, which <c>%default%</c> in them brings back.</summary>
    private string Arguments(string? own) => own is null ? policy.KernelAppendParams : own.Replace(Default, policy.KernelAppendParams, StringComparison.Ordinal);
}
