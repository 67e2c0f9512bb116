using System.Collections.Immutable;
using BootAppliance.Images;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Plans;

/// <summary>The judgement: which plan a node has in its provision state. Nothing else in the appliance decides this.</summary>
public static class BootPlanner
{
    /// <summary>The plan of a node at this moment.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernelAppendParams">The operator's kernel arguments for nodes that have none of their own.</param>
    public static BootPlan Plan(Node node, string kernelAppendParams) => node.ProvisionState switch
    {
        ProvisionState.Active or ProvisionState.Unrescuing or ProvisionState.UnrescueFailed => Instance(node, kernelAppendParams),
        ProvisionState.Deploying or ProvisionState.DeployWait => Ramdisk(node, BootPurpose.Deploy, kernelAppendParams),
        ProvisionState.Cleaning or ProvisionState.CleanWait => Ramdisk(node, BootPurpose.Clean, kernelAppendParams),
        ProvisionState.Inspecting or ProvisionState.InspectWait => Ramdisk(node, BootPurpose.Inspect, kernelAppendParams),
        ProvisionState.Rescuing or ProvisionState.RescueWait or ProvisionState.Rescue => Ramdisk(node, BootPurpose.Rescue, kernelAppendParams),
        ProvisionState.Servicing or ProvisionState.ServiceWait => Ramdisk(node, BootPurpose.Service, kernelAppendParams),
        _ => new BootPlan.Nothing($"state '{node.ProvisionState.ToApiString()}' has no network boot"),
    };

    /// <summary>An instance with the <c>ramdisk</c> deploy interface lives on the network; every other one lives on the disk.</summary>
    private static BootPlan Instance(Node node, string defaults) => node.Interfaces.Deploy == "ramdisk"
        ? Boot(BootPurpose.Instance, "instance_info", node.InstanceInfo.Text("kernel"), node.InstanceInfo.Texts("ramdisk"), node.InstanceInfo.Text("kernel_append_params"), defaults)
        : new BootPlan.LocalDisk($"the instance was deployed to the disk by '{node.Interfaces.Deploy}'");

    private static BootPlan Ramdisk(Node node, BootPurpose purpose, string defaults)
    {
        var prefix = purpose == BootPurpose.Rescue && node.DriverInfo.Text("rescue_kernel") is not null ? "rescue" : "deploy";
        return Boot(purpose, "driver_info", node.DriverInfo.Text(prefix + "_kernel"), node.DriverInfo.Texts(prefix + "_ramdisk"), node.DriverInfo.Text("kernel_append_params"), defaults, prefix + "_");
    }

    private static BootPlan Boot(BootPurpose purpose, string field, string? kernel, IReadOnlyList<string> ramdisks, string? arguments, string defaults, string prefix = "")
    {
        if (kernel is null) return new BootPlan.Nothing($"{field}/{prefix}kernel is not set");
        if (!ImageReference.TryParse(kernel, out var kernelReference, out var problem)) return new BootPlan.Nothing($"{field}/{prefix}kernel: {problem}");
        var initrds = ImmutableArray.CreateBuilder<ImageReference>();
        foreach (var ramdisk in ramdisks)
        {
            if (!ImageReference.TryParse(ramdisk, out var reference, out problem)) return new BootPlan.Nothing($"{field}/{prefix}ramdisk: {problem}");
            initrds.Add(reference);
        }

        if (arguments is not null && IpxeText.FindProblem(arguments) is { } refusal) return new BootPlan.Nothing($"{field}/kernel_append_params: {refusal}");
        return new BootPlan.Network(purpose, kernelReference, initrds.DrainToImmutable(), Arguments(arguments, defaults));
    }

    /// <summary>As in Ironic: a node's own arguments replace the default ones, which <c>%default%</c> in them brings back.</summary>
    private static string Arguments(string? own, string defaults) =>
        own is null ? defaults : own.Replace("%default%", defaults, StringComparison.Ordinal);
}
