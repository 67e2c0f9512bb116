using System.Collections.Immutable;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>Which virtual interfaces are attached to a node, and to which port or port group each: the place is kept in <c>internal_info</c>, as Ironic does.</summary>
internal static class NodeVifs
{
    public const string Field = "tenant_vif_port_id";

    public static IEnumerable<string> Of(Node node) => node.PortGroups.Select(g => g.InternalInfo).Concat(node.Ports.Select(p => p.InternalInfo)).Select(info => info.Text(Field)).OfType<string>();

    /// <summary>The node with an interface attached to the best free place: port groups first, then ports that boot from the network.</summary>
    /// <param name="node">The node.</param>
    /// <param name="vif">The identity of the interface.</param>
    /// <param name="place">The port or port group that it shall have; null: any.</param>
    public static Node Attach(Node node, string vif, Guid? place)
    {
        if (node.PortGroups.FirstOrDefault(g => g.InternalInfo.Text(Field) == vif) is { } holdingGroup) throw Attached(vif, "portgroup", holdingGroup.Uuid);
        if (node.Ports.FirstOrDefault(p => p.InternalInfo.Text(Field) == vif) is { } holdingPort) throw Attached(vif, "port", holdingPort.Uuid);
        var group = node.PortGroups.FirstOrDefault(g => (place ?? g.Uuid) == g.Uuid && IsFree(node, g));
        if (group is not null) return node with { PortGroups = node.PortGroups.Replace(group, group with { InternalInfo = group.InternalInfo.With(Field, (JsonNode)vif) }) };
        var port = node.Ports.Where(p => (place ?? p.Uuid) == p.Uuid && IsFree(node, p)).OrderByDescending(p => p.PxeEnabled).FirstOrDefault()
            ?? throw BaremetalException.Bad($"Unable to attach VIF {vif}, not enough free physical ports.");
        return node with { Ports = node.Ports.Replace(port, port with { InternalInfo = port.InternalInfo.With(Field, (JsonNode)vif) }) };
    }

    /// <summary>The node without an interface.</summary>
    public static Node Detach(Node node, string vif)
    {
        if (!Of(node).Contains(vif)) throw BaremetalException.Bad($"Unable to detach VIF {vif} from node {node.Uuid} because it is not attached to it.");
        return node with
        {
            PortGroups = [.. node.PortGroups.Select(g => g.InternalInfo.Text(Field) == vif ? g with { InternalInfo = g.InternalInfo.Without(Field) } : g)],
            Ports = [.. node.Ports.Select(p => p.InternalInfo.Text(Field) == vif ? p with { InternalInfo = p.InternalInfo.Without(Field) } : p)],
        };
    }

    // A group is one place as long as none of its members is used by itself.
    private static bool IsFree(Node node, PortGroup group)
    {
        var members = node.Ports.Where(p => p.PortGroupUuid == group.Uuid).ToImmutableArray();
        return group.InternalInfo.Text(Field) is null && members.Length > 0 && members.All(p => p.InternalInfo.Text(Field) is null);
    }

    private static bool IsFree(Node node, Port port)
    {
        if (port.InternalInfo.Text(Field) is not null) return false;
        var group = port.PortGroupUuid is { } uuid ? node.PortGroups.FirstOrDefault(g => g.Uuid == uuid) : null;
        return group is null || (group.StandalonePortsSupported && group.InternalInfo.Text(Field) is null);
    }

    private static BaremetalException Attached(string vif, string kind, Guid uuid) =>
        BaremetalException.Conflict($"Unable to attach VIF because VIF {vif} is already attached to Ironic {kind} {uuid}");
}
