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
    public BootPlan Plan(Node node) => PurposeIn(node.ProvisionState) is { } purpose
        ? Plan(node, purpose)
        : new BootPlan.Nothing($"state '{node.ProvisionState.ToApiString()}' has no network boot");

    /// <summary>The plan of a node once it boots for a purpose.</summary>
    public BootPlan Plan(Node node, BootPurpose purpose) => purpose == BootPurpose.Instance ? Instance(node) : Agent(node, purpose);

    /// <summary>Whether nodes in this state may boot something from the network.</summary>
    public static bool HasNetworkBoot(ProvisionState state) => PurposeIn(state) is not null;

    private static BootPurpose? PurposeIn(ProvisionState state) => state switch
    {
        ProvisionState.Active or ProvisionState.Unrescuing or ProvisionState.UnrescueFailed => BootPurpose.Instance,
        ProvisionState.Deploying or ProvisionState.DeployWait => BootPurpose.Deploy,
        ProvisionState.Cleaning or ProvisionState.CleanWait => BootPurpose.Clean,
        ProvisionState.Inspecting or ProvisionState.InspectWait => BootPurpose.Inspect,
        ProvisionState.Rescuing or ProvisionState.RescueWait or ProvisionState.Rescue => BootPurpose.Rescue,
        ProvisionState.Servicing or ProvisionState.ServiceWait => BootPurpose.Service,
        _ => null,
    };

    /// <summary>An instance with the <c>ramdisk</c> deploy interface lives on the network; every other one lives on the disk.</summary>
    private BootPlan Instance(Node node)
    {
        if (node.Interfaces.Deploy != "ramdisk") return new BootPlan.LocalDisk($"the instance was deployed to the disk by '{node.Interfaces.Deploy}'");
        var info = node.InstanceInfo;
        if (One(info, "boot_iso") is { } iso)
            return TryRead("instance_info/", "boot_iso", iso, out var image, out var problem) ? new BootPlan.Iso(image) : problem;

        var (own, field) = info.Text(ArgumentsField) is { } ofInstance ? (ofInstance, "instance_info/" + ArgumentsField) : (node.DriverInfo.Text(ArgumentsField), "driver_info/" + ArgumentsField);
        if (FindProblem(field, own) is { } unfit) return unfit;
        var more = info.Text("ramdisk_kernel_arguments");
        if (FindProblem("instance_info/ramdisk_kernel_arguments", more) is { } unfitMore) return unfitMore;
        return Boot(BootPurpose.Instance, "instance_info/", One(info, "kernel"), All(info, "ramdisk"), $"{Arguments(own)} {more}".Trim());
    }

    private BootPlan Agent(Node node, BootPurpose purpose)
    {
        var info = node.DriverInfo;
        var images = policy.AgentImages;
        var forRescue = purpose == BootPurpose.Rescue && (images.RescueKernel is not null || NamesAny(info, "rescue_"));
        var prefix = forRescue ? "rescue_" : "deploy_";

        // As in Ironic: a kernel and its ramdisk belong together, so a node that names one of them gets nothing of the settings.
        var isOwn = NamesAny(info, prefix);
        var (kernel, ramdisks) = isOwn ? (One(info, prefix + "kernel"), All(info, prefix + "ramdisk"))
            : forRescue ? (images.RescueKernel, images.RescueRamdisk is { } ofRescue ? [ofRescue] : [])
            : (images.DeployKernel, images.DeployRamdisk is { } ofDeploy ? [ofDeploy] : []);
        if (kernel is null || ramdisks.Count == 0)
        {
            ImmutableArray<string> missing = [.. kernel is null ? [prefix + "kernel"] : Array.Empty<string>(), .. ramdisks.Count == 0 ? [prefix + "ramdisk"] : Array.Empty<string>()];
            var word = forRescue ? "Rescue" : "Deploy";
            return new BootPlan.Nothing(isOwn
                ? $"driver_info/{missing[0]} is not set: a node that names its own kernel or ramdisk of the agent names both"
                : $"driver_info/{prefix}kernel and driver_info/{prefix}ramdisk are not set, and neither are Boot:{word}Kernel and Boot:{word}Ramdisk both: the agent cannot be booted")
            {
                Missing = missing,
            };
        }

        if (FindProblem("driver_info/" + ArgumentsField, info.Text(ArgumentsField)) is { } unfit) return unfit;
        var arguments = AgentArguments.With(Arguments(info.Text(ArgumentsField)), purpose, policy.RootUrl);
        return Boot(purpose, "driver_info/" + prefix, kernel, ramdisks, arguments);
    }

    private static BootPlan Boot(BootPurpose purpose, string field, string? kernel, IReadOnlyList<string> ramdisks, string arguments)
    {
        if (kernel is null) return new BootPlan.Nothing($"{field}kernel is not set") { Missing = ["kernel"] };
        if (!TryRead(field, "kernel", kernel, out var kernelReference, out var problem)) return problem;
        var initrds = ImmutableArray.CreateBuilder<ImageReference>(ramdisks.Count);
        foreach (var ramdisk in ramdisks)
        {
            if (!TryRead(field, "ramdisk", ramdisk, out var reference, out problem)) return problem;
            initrds.Add(reference);
        }

        return new BootPlan.Ramdisk(purpose, kernelReference, initrds.DrainToImmutable(), arguments);
    }

    private static bool NamesAny(JsonFields info, string prefix) => One(info, prefix + "kernel") is not null || All(info, prefix + "ramdisk").Count > 0;

    /// <summary>The image that a field names; an empty text names none.</summary>
    private static string? One(JsonFields fields, string key) => fields.Text(key) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static IReadOnlyList<string> All(JsonFields fields, string key)
    {
        var texts = fields.Texts(key);
        return texts.Any(string.IsNullOrWhiteSpace) ? [.. texts.Where(text => !string.IsNullOrWhiteSpace(text))] : texts;
    }

    private static bool TryRead(string fields, string key, string text, [NotNullWhen(true)] out ImageReference? image, [NotNullWhen(false)] out BootPlan? problem)
    {
        problem = ImageReference.TryParse(text, out image, out var why) ? null : new BootPlan.Nothing($"{fields}{key}: {why}");
        return problem is null;
    }

    private static BootPlan.Nothing? FindProblem(string field, string? arguments)
    {
        if (arguments is null) return null;
        // Inside of a word it would put together what is refused as a whole, as in "|%default%|".
        var problem = arguments.Contains(Default, StringComparison.Ordinal) && arguments.Split(' ').Any(word => word != Default && word.Contains(Default, StringComparison.Ordinal))
            ? $"'{Default}' stands for the default arguments only as a word of its own"
            : IpxeText.FindProblem(arguments);
        return problem is null ? null : new BootPlan.Nothing($"{field}: {problem}");
    }

    /// <summary>As in Ironic: a node's own arguments replace the default ones, which <c>%default%</c> in them brings back.</summary>
    private string Arguments(string? own) => own is null ? policy.KernelAppendParams : own.Replace(Default, policy.KernelAppendParams, StringComparison.Ordinal);
}
