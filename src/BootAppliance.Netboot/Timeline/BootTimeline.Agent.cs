using System.Globalization;
using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Timeline;

/// <content>What the agent on a machine does that changes nothing by itself; the rest is in the events of its node.</content>
public sealed partial class BootTimeline
{
    /// <summary>Somebody who asked as the agent of a node was refused.</summary>
    /// <param name="from">Who; null where it was not asked over the network.</param>
    /// <param name="node">The node.</param>
    /// <param name="why">What was refused and why.</param>
    public void AgentRefused(IPAddress? from, Node node, string why)
    {
        // Anybody on the wire can ask for any node, as often as they like.
        if (strangers.TryTake()) Agent(from, node, MachineEventKind.AgentRefused, why);
    }

    /// <summary>The agent handed in what it found.</summary>
    public void InspectionReported(IPAddress? from, Node node, InspectionReport report) => Agent(from, node, MachineEventKind.InspectionReport, report.Error is { } error
        ? $"the agent could not inspect the machine: {error}"
        : $"the inspection came in: {report.Macs.Length} network interface{(report.Macs.Length == 1 ? "" : "s")}, {report.Architecture ?? "an unknown kind of processor"}, {report.MemoryMb?.ToString(CultureInfo.InvariantCulture) ?? "?"} MiB of memory");

    private void Agent(IPAddress? from, Node node, MachineEventKind kind, string text) =>
        Add(from is null ? null : addresses.Find(from), from, kind, text, seen => seen with { NodeUuid = node.Uuid, State = node.ProvisionState });
}
