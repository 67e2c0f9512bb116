namespace BootAppliance.Nodes;

/// <summary>The fields of a node that belong to its instance.</summary>
internal static class NodeInstance
{
    /// <summary>The field of <c>instance_info</c> with the config drive.</summary>
    public const string ConfigDrive = "configdrive";

    /// <summary>The field of <c>instance_info</c> with the password of the rescue system.</summary>
    public const string RescuePassword = "rescue_password";

    /// <summary>The node without its instance, which is kept until the machine does not run it any more.</summary>
    public static Node WithoutInstance(this Node node) =>
        node.WithoutAgentToken().WithoutSteps(StepUse.Deploy).WithoutSteps(StepUse.Clean) with { InstanceInfo = JsonFields.Empty, InstanceUuid = null, AllocationUuid = null };

    /// <summary>The node without the password of its rescue system, which is needed only until that has it.</summary>
    public static Node WithoutRescuePassword(this Node node) =>
        node.InstanceInfo.TryGetValue(RescuePassword, out _) ? node with { InstanceInfo = node.InstanceInfo.Without(RescuePassword) } : node;
}
