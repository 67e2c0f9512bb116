namespace BootAppliance.Nodes;

/// <summary>The durable side of the nodes. A task that ends without an exception means: on the disk, and there after a power cut.</summary>
public interface INodeStore
{
    /// <summary>Every stored node; read once at start.</summary>
    IReadOnlyList<Node> LoadNodes();

    /// <summary>Writes a node, in place of what was stored for its UUID, together with the event that tells of the change: both or neither.</summary>
    Task SaveNodeAsync(Node node, MachineEvent change);

    /// <summary>Writes two nodes, each as <see cref="SaveNodeAsync"/> does: all of it or nothing.</summary>
    Task SaveNodesAsync(Node one, MachineEvent changeOfOne, Node other, MachineEvent changeOfOther);

    /// <summary>Forgets a node, together with the event that tells so: both or neither.</summary>
    Task RemoveNodeAsync(Guid uuid, MachineEvent change);
}
