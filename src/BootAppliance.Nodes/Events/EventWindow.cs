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

/// <summary>
/// The newest events by sequence: so many in all, so many of one machine, and half of all at most of machines that are no node, so that a flood of
/// made-up MAC addresses pushes no node's events out. Not safe for several threads at once.
/// </summary>
/// <param name="capacity">How many in all.</param>
/// <param name="capacityPerMachine">How many of one machine.</param>
/// <param name="dropped">Told of every entry that makes room for a newer one.</param>
internal sealed class EventWindow(int capacity, int capacityPerMachine, Action<EventEntry> dropped)
{
    private readonly LinkedList<EventEntry> entries = [];
    private readonly Dictionary<(MacAddress? Mac, Guid? Node, bool IsStranger), Queue<LinkedListNode<EventEntry>>> machines = [];
    private readonly SortedDictionary<long, EventEntry> strangers = [];

    public LinkedListNode<EventEntry>? Last => entries.Last;

    /// <summary>Gives an entry its place, above the number that is kept until <see cref="Trim"/>.</summary>
    public void Add(EventEntry entry)
    {
        var node = entries.AddLast(entry);
        var key = KeyOf(entry.Event);
        if (!machines.TryGetValue(key, out var machine)) machines[key] = machine = new();
        machine.Enqueue(node);
        if (key.IsStranger) strangers.Add(entry.Event.Sequence, entry);
    }

    /// <summary>Makes room for an entry that stays.</summary>
    public void Trim(EventEntry entry)
    {
        // The oldest of all, and the oldest stranger, are also the oldest of their machines.
        if (machines.TryGetValue(KeyOf(entry.Event), out var machine) && machine.Count > capacityPerMachine) DropOldest(entry);
        if (strangers.Count > capacity / 2) DropOldest(strangers.First().Value);
        if (entries.Count > capacity) DropOldest(entries.First!.Value);
    }

    /// <summary>Takes an entry out that did not come to pass.</summary>
    public void Remove(EventEntry entry)
    {
        var key = KeyOf(entry.Event);
        var machine = machines[key];
        var node = machine.Single(place => place.Value == entry);
        machines[key] = new(machine.Where(place => place != node));
        if (machines[key].Count == 0) machines.Remove(key);
        entries.Remove(node);
        strangers.Remove(entry.Event.Sequence);
    }

    private void DropOldest(EventEntry ofMachine)
    {
        var key = KeyOf(ofMachine.Event);
        var machine = machines[key];
        var node = machine.Dequeue();
        if (machine.Count == 0) machines.Remove(key);
        entries.Remove(node);
        strangers.Remove(node.Value.Event.Sequence);
        dropped(node.Value);
    }

    private static (MacAddress? Mac, Guid? Node, bool IsStranger) KeyOf(MachineEvent machineEvent) =>
        machineEvent.Mac is { } mac ? (mac, null, machineEvent.NodeUuid is null) : (null, machineEvent.NodeUuid, machineEvent.NodeUuid is null);
}
