using System.Net;

namespace BootAppliance.Nodes;

/// <summary>Finds the node that an inspection is of.</summary>
public static class InspectionTarget
{
    private static readonly string[] bmcFields = ["ipmi_address", "redfish_address"];

    /// <summary>
    /// The node in <c>inspect wait</c> that everything in the report speaks of; null where there is none, or where the identity, the interfaces and the
    /// management controller lead to different nodes.
    /// </summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="report">What the agent found.</param>
    /// <param name="uuid">The identity that it was told, if it was told one.</param>
    public static Node? Find(NodeRegistry nodes, InspectionReport report, Guid? uuid)
    {
        var found = report.Macs.Select(nodes.FindByMac).OfType<Node>().ToList();
        if (uuid is { } identity)
        {
            if (nodes.FindByUuid(identity) is not { } named) return null;
            found.Add(named);
        }

        if (report.BmcAddresses.Length > 0)
            found.AddRange(nodes.All.Where(node => node.ProvisionState == ProvisionState.InspectWait && Bmcs(node).Any(report.BmcAddresses.Contains)));
        return found.DistinctBy(node => node.Uuid).ToList() is [{ ProvisionState: ProvisionState.InspectWait } node] ? node : null;
    }

    private static IEnumerable<IPAddress> Bmcs(Node node)
    {
        foreach (var field in bmcFields)
        {
            var text = node.DriverInfo.Text(field) ?? "";
            var host = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.DnsSafeHost : text;
            if (IPAddress.TryParse(host, out var address)) yield return address;
        }
    }
}
