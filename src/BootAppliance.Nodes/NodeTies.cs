namespace BootAppliance.Nodes;

/// <summary>
/// What nodes are parts of: another node, a chassis. Taken before the change that brings it is durable, as names and addresses are. Not safe for
/// several threads at once.
/// </summary>
internal sealed class NodeTies
{
    private readonly Dictionary<Guid, Guid> parents = [];
    private readonly Dictionary<Guid, Guid> chassis = [];
    private readonly HashSet<Guid> leaving = [];

    /// <summary>Refuses what a node cannot be a part of: something that is not there, itself, or a part of its own.</summary>
    public void Check(Node? before, Node after, Func<Guid, bool> isNode, Func<Guid, bool> isChassis)
    {
        if (after.ChassisUuid is { } housing && housing != before?.ChassisUuid && (leaving.Contains(housing) || !isChassis(housing)))
            throw new NodeException(NodeFailure.Invalid, $"Chassis {housing} could not be found.");
        if (after.ParentNode is not { } parent || parent == before?.ParentNode) return;
        if (parent == after.Uuid) throw new NodeException(NodeFailure.Invalid, $"Node {parent} can not be its own parent.");
        if (leaving.Contains(parent) || !isNode(parent)) throw new NodeException(NodeFailure.Invalid, $"Node {parent} could not be found.");
        if (Above(parent).Contains(after.Uuid)) throw new NodeException(NodeFailure.Invalid, $"Node {parent} can not be the parent of node {after.Uuid}, which it is a part of itself.");
    }

    public void Set(Node node)
    {
        Set(parents, node.Uuid, node.ParentNode);
        Set(chassis, node.Uuid, node.ChassisUuid);
    }

    public void Remove(Guid node)
    {
        parents.Remove(node);
        chassis.Remove(node);
    }

    /// <summary>No node becomes a part of this one any more, until <see cref="Stay"/>; refused where one is.</summary>
    public void LeaveNode(Guid node)
    {
        if (parents.ContainsValue(node)) throw new NodeException(NodeFailure.Conflict, $"Node {node} can not be deleted while other nodes are parts of it.");
        leaving.Add(node);
    }

    /// <summary>No node is put into this chassis any more, until <see cref="Stay"/>; refused where one is in it.</summary>
    public void LeaveChassis(Guid uuid)
    {
        if (chassis.ContainsValue(uuid)) throw new NodeException(NodeFailure.Invalid, $"Cannot complete the requested action because chassis {uuid} contains nodes.");
        leaving.Add(uuid);
    }

    public void Stay(Guid uuid) => leaving.Remove(uuid);

    /// <summary>The nodes that a node is a part of; ends where a circle closes.</summary>
    private HashSet<Guid> Above(Guid node)
    {
        HashSet<Guid> above = [];
        while (parents.TryGetValue(node, out var next) && above.Add(next)) node = next;
        return above;
    }

    private static void Set(Dictionary<Guid, Guid> ties, Guid node, Guid? to)
    {
        if (to is { } uuid) ties[node] = uuid;
        else ties.Remove(node);
    }
}
