using System.Collections.Concurrent;

namespace BootAppliance.Nodes;

/// <summary>
/// What belongs to one node only: names, addresses, identities. Taken before the change that brings it is durable, so that two changes at once do not both
/// bring it; a reader asks the node that it is led to whether it has it.
/// </summary>
/// <param name="isNode">Whether there is such a node.</param>
/// <param name="isChassis">Whether there is such a chassis.</param>
internal sealed class NodeClaims(Func<Guid, bool> isNode, Func<Guid, bool> isChassis)
{
    private readonly ConcurrentDictionary<MacAddress, NodeSlot> byMac = new();
    private readonly ConcurrentDictionary<string, NodeSlot> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Guid, NodeSlot> byPart = new();
    private readonly ConcurrentDictionary<PartName, NodeSlot> byPartName = new();
    private readonly ConcurrentDictionary<Guid, NodeSlot> byInstance = new();
    private readonly NodeTies ties = new();
    private readonly Lock claiming = new();

    public NodeSlot? FindByMac(MacAddress mac) => byMac.GetValueOrDefault(mac);

    public NodeSlot? FindByName(string name) => byName.GetValueOrDefault(name);

    public NodeSlot? FindByPart(Guid uuid) => byPart.GetValueOrDefault(uuid);

    public NodeSlot? FindByPart(PartName name) => byPartName.GetValueOrDefault(name);

    public NodeSlot? FindByInstance(Guid instance) => byInstance.GetValueOrDefault(instance);

    /// <summary>Takes what a change brings; refused where something of it is somebody else's.</summary>
    public void Claim(NodeSlot slot, Node? before, Node after)
    {
        lock (claiming)
        {
            Check(slot, before, after);
            Take(slot, after);
        }
    }

    /// <summary>Refuses what is somebody else's already.</summary>
    /// <param name="slot">The node.</param>
    /// <param name="before">The node as it was.</param>
    /// <param name="after">The node as it is to be.</param>
    /// <param name="giver">Whose parts it may get.</param>
    public void Check(NodeSlot slot, Node? before, Node after, NodeSlot? giver = null)
    {
        lock (claiming)
        {
            if (after.Name is not null && byName.TryGetValue(after.Name, out var namesake) && namesake != slot)
                throw new NodeException(NodeFailure.Conflict, $"A node with name {after.Name} already exists.");
            if (after.InstanceUuid is { } instance && byInstance.TryGetValue(instance, out var host) && host != slot)
                throw new NodeException(NodeFailure.Conflict, $"Instance {instance} is already associated with a node, it cannot be associated with this other node {after.Uuid}");
            foreach (var port in after.Ports)
            {
                if (byMac.TryGetValue(port.Address, out var owner) && owner != slot && owner != giver)
                    throw new NodeException(NodeFailure.Conflict, $"A port with MAC address {port.Address} already exists: it belongs to node {owner.Label}.");
            }

            var parts = new HashSet<Guid>();
            foreach (var part in after.Parts)
            {
                if (!parts.Add(part)) throw new NodeException(NodeFailure.Conflict, $"Node {after.Label} has two things with UUID {part}.");
                if (byPart.TryGetValue(part, out var owner) && owner != slot && owner != giver)
                    throw new NodeException(NodeFailure.Conflict, $"{part} is the UUID of something that belongs to node {owner.Label}.");
            }

            var names = new HashSet<PartName>();
            foreach (var name in after.PartNames)
            {
                if (!names.Add(name) || (byPartName.TryGetValue(name, out var owner) && owner != slot && owner != giver))
                    throw new NodeException(NodeFailure.Conflict, $"A {name} already exists.");
            }

            ties.Check(before, after, isNode, isChassis);
        }
    }

    /// <summary>Makes everything that a node has the node's own.</summary>
    public void Take(NodeSlot slot, Node node)
    {
        lock (claiming)
        {
            if (node.Name is not null) byName[node.Name] = slot;
            if (node.InstanceUuid is { } instance) byInstance[instance] = slot;
            foreach (var port in node.Ports) byMac[port.Address] = slot;
            foreach (var part in node.Parts) byPart[part] = slot;
            foreach (var name in node.PartNames) byPartName[name] = slot;
            ties.Set(node);
        }
    }

    /// <summary>Gives up what a node has, but not what it keeps.</summary>
    public void Release(NodeSlot slot, Node node, Node? keep)
    {
        lock (claiming)
        {
            if (node.Name is not null && !string.Equals(node.Name, keep?.Name, StringComparison.OrdinalIgnoreCase)) byName.TryRemove(KeyValuePair.Create(node.Name, slot));
            if (node.InstanceUuid is { } instance && instance != keep?.InstanceUuid) byInstance.TryRemove(KeyValuePair.Create(instance, slot));
            foreach (var port in node.Ports)
            {
                if (keep?.HasPort(port.Address) != true) byMac.TryRemove(KeyValuePair.Create(port.Address, slot));
            }

            foreach (var part in node.Parts)
            {
                if (keep?.HasPart(part) != true) byPart.TryRemove(KeyValuePair.Create(part, slot));
            }

            foreach (var name in node.PartNames.Except(keep?.PartNames ?? [])) byPartName.TryRemove(KeyValuePair.Create(name, slot));
            if (keep is null) ties.Remove(node.Uuid);
            else ties.Set(keep);
        }
    }

    /// <summary>No node becomes a part of this one any more, until <see cref="Stay"/>; refused where one is.</summary>
    public void LeaveNode(Guid node)
    {
        lock (claiming) ties.LeaveNode(node);
    }

    /// <summary>No node is put into this chassis any more, until <see cref="Stay"/>; refused where one is in it.</summary>
    public void LeaveChassis(Guid chassis)
    {
        lock (claiming) ties.LeaveChassis(chassis);
    }

    /// <summary>Ends what kept others away.</summary>
    public void Stay(Guid uuid)
    {
        lock (claiming) ties.Stay(uuid);
    }
}
