using System.Globalization;

namespace BootAppliance.Nodes;

/// <summary>How long a node waits for its machine, and what is said when that was in vain.</summary>
internal static class WaitRules
{
    /// <summary>Whether the machine has taken longer than it may, counted from when the node began to wait, or from the machine's last report.</summary>
    public static bool IsLate(Node node, ProvisionSettings settings, DateTimeOffset now) =>
        Timeout(node.ProvisionState, settings) is { } timeout && timeout > TimeSpan.Zero && now - Since(node) >= timeout;

    /// <summary>Ironic's words for the time-out, and what was seen of the machine.</summary>
    public static string Error(Node node, ILastSeen lastSeen)
    {
        var words = node.ProvisionState switch
        {
            ProvisionState.CleanWait => "Timeout reached while cleaning the node. Please check if the ramdisk responsible for the cleaning is running on the node." + Step(node, StepUse.Clean),
            ProvisionState.ServiceWait => "Timeout reached while servicing the node. Please check if the ramdisk responsible for the service is running on the node." + Step(node, StepUse.Service),
            ProvisionState.InspectWait => "timeout reached while inspecting the node.",
            ProvisionState.RescueWait => $"Timeout reached while waiting for rescue ramdisk callback for node {node.Uuid}.",
            _ => $"Timeout reached while waiting for callback for node {node.Uuid}.",
        };
        return lastSeen.LastSeen(node, Since(node)) is { } seen
            ? $"{words} The last thing seen of its machine: {seen}"
            : $"{words} Nothing was seen of its machine: is it switched on, and does it try to boot from the network?";
    }

    private static TimeSpan? Timeout(ProvisionState state, ProvisionSettings settings) => state switch
    {
        ProvisionState.DeployWait => settings.DeployCallbackTimeout,
        ProvisionState.CleanWait => settings.CleanCallbackTimeout,
        ProvisionState.InspectWait => settings.InspectTimeout,
        ProvisionState.RescueWait => settings.RescueCallbackTimeout,
        ProvisionState.ServiceWait => settings.ServiceCallbackTimeout,
        _ => null,
    };

    // As in Ironic, an inspection has one time for all of it, and every other job begins its time anew when the agent reports.
    private static DateTimeOffset Since(Node node)
    {
        var since = node.ProvisionUpdatedAt ?? node.CreatedAt;
        return node.ProvisionState != ProvisionState.InspectWait && Heartbeat(node) is { } heartbeat && heartbeat > since ? heartbeat : since;
    }

    private static DateTimeOffset? Heartbeat(Node node) =>
        DateTimeOffset.TryParse(node.DriverInternalInfo.Text("agent_last_heartbeat"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Step(Node node, StepUse use) => node.Step(use).Text("step") is { } step ? $" Failed on step {step}." : "";
}
