namespace BootAppliance.Nodes;

/// <summary>Which events of the log are wanted.</summary>
public sealed record EventQuery
{
    /// <summary>Only this node's events; null for any.</summary>
    public Guid? NodeUuid { get; init; }

    /// <summary>Together with those of <see cref="NodeUuid"/>, the events of these interfaces that belong to no other node.</summary>
    public IReadOnlyCollection<MacAddress> Macs { get; init; } = [];

    /// <summary>Only events after this sequence.</summary>
    public long After { get; init; }

    /// <summary>At most so many, the newest ones.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>A node's whole timeline: also what its interfaces did before it was a node.</summary>
    public static EventQuery ForNode(Node node) => new() { NodeUuid = node.Uuid, Macs = [.. node.Ports.Select(p => p.Address)] };

    /// <summary>The timeline of one interface, whatever node it belonged to.</summary>
    public static EventQuery ForMac(MacAddress mac) => new() { Macs = [mac] };

    /// <summary>Whether an event is about the machine that is asked for.</summary>
    public bool Matches(MachineEvent machineEvent)
    {
        if (NodeUuid is null) return Macs.Count == 0 || HasMacOf(machineEvent);
        return machineEvent.NodeUuid is { } node ? node == NodeUuid : HasMacOf(machineEvent);
    }

    private bool HasMacOf(MachineEvent machineEvent) => machineEvent.Mac is { } mac && Macs.Contains(mac);
}
