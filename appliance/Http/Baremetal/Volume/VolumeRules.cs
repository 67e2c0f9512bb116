using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Volume;

/// <summary>When what a node reads its volumes from may be changed.</summary>
internal static class VolumeRules
{
    /// <summary>Refuses while the machine may be using them. A machine that nobody can look at counts as off: it is the operator who switches it.</summary>
    public static void CheckIsOff(Node node, string action)
    {
        if (node.PowerState is { } power and not PowerState.Off)
            throw new NodeException(NodeFailure.InvalidState, $"The requested action \"{action}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{(power == PowerState.On ? "power on" : "rebooting")}\".");
    }
}
