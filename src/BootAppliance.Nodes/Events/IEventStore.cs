namespace BootAppliance.Nodes;

/// <summary>The durable side of the event log.</summary>
public interface IEventStore
{
    /// <summary>Every stored event, by sequence; read once at start.</summary>
    IReadOnlyList<MachineEvent> LoadEvents();

    /// <summary>Writes events and forgets others, all or nothing.</summary>
    Task SaveEventsAsync(IReadOnlyList<MachineEvent> added, IReadOnlyList<long> removedSequences);
}
