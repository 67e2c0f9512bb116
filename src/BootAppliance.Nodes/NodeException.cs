namespace BootAppliance.Nodes;

/// <summary>Why something asked of a node was refused.</summary>
public enum NodeFailure
{
    /// <summary>There is no such node.</summary>
    NotFound,

    /// <summary>Another node has that name or MAC address, or the node cannot be removed now.</summary>
    Conflict,

    /// <summary>Somebody works on the node; it can be asked again.</summary>
    Locked,

    /// <summary>The node's provision state does not allow it.</summary>
    InvalidState,

    /// <summary>The node is protected.</summary>
    Protected,

    /// <summary>What was asked makes no sense for the node, or lacks something.</summary>
    Invalid,
}

/// <summary>Something asked of a node was refused; the message is written for whoever asked, in Ironic's words where it has some.</summary>
public sealed class NodeException(NodeFailure kind, string message) : Exception(message)
{
    /// <summary>Why it was refused.</summary>
    public NodeFailure Kind { get; } = kind;

    internal static NodeException NotAllowed(string action, Node node) => new(NodeFailure.InvalidState,
        $"The requested action \"{action}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.ProvisionState.ToApiString()}\".");

    internal static NodeException Locked(string node, string holder) =>
        new(NodeFailure.Locked, $"Node {node} is locked by host {holder}, please retry after the current operation is completed.");

    internal static NodeException NotFound(string node) => new(NodeFailure.NotFound, $"Node {node} could not be found.");

    /// <summary>The node's driver has nothing that does this.</summary>
    public static NodeException Unsupported(Node node, string what) =>
        new(NodeFailure.Invalid, $"Driver {node.Driver} does not support {what} (disabled or not implemented).");

    internal static NodeException Guarded(Node node) =>
        new(NodeFailure.Protected, $"Node {node.Uuid} is protected and cannot be undeployed, rebuilt or deleted");
}
