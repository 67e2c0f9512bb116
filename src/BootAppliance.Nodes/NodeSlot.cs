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

    public string Label => node?.Label ?? label;

    public SemaphoreSlim Writer { get; } = new(1, 1);
}
