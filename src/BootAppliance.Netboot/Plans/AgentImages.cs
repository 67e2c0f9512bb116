namespace BootAppliance.Netboot.Plans;

/// <summary>What nodes boot for the agent that name no images of their own; null: such nodes cannot boot it.</summary>
/// <param name="DeployKernel">The kernel of the agent.</param>
/// <param name="DeployRamdisk">Its ramdisk.</param>
/// <param name="RescueKernel">The kernel for rescue; null: the one of the agent.</param>
/// <param name="RescueRamdisk">Its ramdisk.</param>
public sealed record AgentImages(string? DeployKernel = null, string? DeployRamdisk = null, string? RescueKernel = null, string? RescueRamdisk = null);
