namespace BootAppliance.Nodes;

/// <summary>The place of one node in the registry. The node in it is replaced as a whole, so a reader needs no lock.</summary>
internal sealed class NodeSlot(string label)
{
    private volatile Node? node;

    /// <summary>The newest durable state of the node; null before its first one and after its removal.</summary>
    public Node? Node
    {
        get => node;
        set => node = value;
    }

    /// <summary>The node's <see cref="BootAppliance.Nodes.Node.Number"/>.</summary>
    public required long Number { get; init; }

    /// <summary>Who has the node and works on it; null when it is free, and for a change that takes no time.</summary>
    public string? Reservation { get; set; }

    public string Label => node?.Label ?? label;

    public SemaphoreSlim Writer { get; } = new(1, 1);
}
