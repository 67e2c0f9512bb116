using System.Collections.Concurrent;

namespace BootAppliance.Nodes.Tests;

/// <summary>A store that a test can hold up or make fail, and that tells what reached it.</summary>
internal sealed class MemoryStore : INodeStore, IEventStore, IDiscoveryStore
{
    private readonly Lock gate = new();

    public ConcurrentDictionary<Guid, Node> Nodes { get; } = new();

    public SortedDictionary<long, MachineEvent> Events { get; } = [];

    public Dictionary<MacAddress, DiscoveredMachine> Machines { get; } = [];

    /// <summary>What a write waits for.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public int EventWrites { get; private set; }

    public IReadOnlyList<Node> LoadNodes() => [.. Nodes.Values];

    public async Task SaveNodeAsync(Node node, MachineEvent change)
    {
        await BeforeWrite();
        Nodes[node.Uuid] = node;
        lock (gate) Events[change.Sequence] = change;
    }

    public async Task SaveNodesAsync(Node one, MachineEvent changeOfOne, Node other, MachineEvent changeOfOther)
    {
        await BeforeWrite();
        (Nodes[one.Uuid], Nodes[other.Uuid]) = (one, other);
        lock (gate) (Events[changeOfOne.Sequence], Events[changeOfOther.Sequence]) = (changeOfOne, changeOfOther);
    }

    public async Task RemoveNodeAsync(Guid uuid, MachineEvent change)
    {
        await BeforeWrite();
        Nodes.TryRemove(uuid, out _);
        lock (gate) Events[change.Sequence] = change;
    }

    public IReadOnlyList<MachineEvent> LoadEvents() => [.. Events.Values];

    public async Task SaveEventsAsync(IReadOnlyList<MachineEvent> added, IReadOnlyList<long> removedSequences)
    {
        await BeforeWrite();
        lock (gate)
        {
            EventWrites++;
            foreach (var machineEvent in added) Events[machineEvent.Sequence] = machineEvent;
            foreach (var sequence in removedSequences) Events.Remove(sequence);
        }
    }

    public IReadOnlyList<DiscoveredMachine> LoadDiscoveredMachines() => [.. Machines.Values];

    public async Task SaveDiscoveredMachineAsync(DiscoveredMachine machine)
    {
        await BeforeWrite();
        lock (gate) Machines[machine.Macs[0]] = machine;
    }

    public async Task RemoveDiscoveredMachineAsync(MacAddress key)
    {
        await BeforeWrite();
        lock (gate) Machines.Remove(key);
    }
}
