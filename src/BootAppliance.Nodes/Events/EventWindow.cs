namespace BootAppliance.Nodes;

internal enum EventStatus
{
    /// <summary>Its place is taken, and it is being stored with the change that it tells of.</summary>
    Pending,

    /// <summary>Visible, and not stored yet.</summary>
    Published,

    /// <summary>Visible and stored.</summary>
    Stored,

    /// <summary>Gone.</summary>
    Dropped,
}

internal sealed class EventEntry(MachineEvent machineEvent)
{
    public MachineEvent Event { get; } = machineEvent;

    public EventStatus Status { get; set; }

    public bool IsVisible => Status is EventStatus.Published or EventStatus.Stored;
}

/// <summary>The newest events by sequence: so many in all, and so many of one machine. Not safe for several threads at once.</summary>
/// <param name="capacity">How many in all.</param>
/// <param name="capacityPerMachine">How many of one machine.</param>
/// <param name="dropped">Told of every entry that makes room for a newer one.</param>
internal sealed class EventWindow(int capacity, int capacityPerMachine, Action<EventEntry> dropped)
{
    private readonly LinkedList<EventEntry> entries = [];
    private readonly Dictionary<(MacAddress? Mac, Guid? Node), Queue<LinkedListNode<EventEntry>>> machines = [];

    public LinkedListNode<EventEntry>? Last => entries.Last;

    public void Add(EventEntry entry)
    {
        var node = entries.AddLast(entry);
        var key = KeyOf(entry.Event);
        if (!machines.TryGetValue(key, out var machine)) machines[key] = machine = new();
        machine.Enqueue(node);

        if (machine.Count > capacityPerMachine) DropOldest(key, machine);
        if (entries.Count > capacity)
        {
            // The oldest of all is also the oldest of its machine.
            var oldest = KeyOf(entries.First!.Value.Event);
            DropOldest(oldest, machines[oldest]);
        }
    }

    private void DropOldest((MacAddress?, Guid?) key, Queue<LinkedListNode<EventEntry>> machine)
    {
        var node = machine.Dequeue();
        if (machine.Count == 0) machines.Remove(key);
        entries.Remove(node);
        dropped(node.Value);
    }

    private static (MacAddress?, Guid?) KeyOf(MachineEvent machineEvent) =>
        machineEvent.Mac is { } mac ? (mac, null) : (null, machineEvent.NodeUuid);
}
