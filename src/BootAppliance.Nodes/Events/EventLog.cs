using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>
/// The boot timeline of all machines: the newest events, in memory and behind it in the store. Appending never waits; events are written in the background,
/// and those of the last moments before a crash may be lost. A node's changes are not: the registry stores each of them with its event.
/// </summary>
public sealed class EventLog : IAsyncDisposable
{
    /// <summary>How many events are kept in all.</summary>
    public const int Capacity = 20_000;

    /// <summary>How many events are kept of one machine.</summary>
    public const int CapacityPerMachine = 200;

    private const int BatchSize = 1000;

    private readonly IEventStore store;
    private readonly TimeProvider time;
    private readonly ILogger<EventLog> logger;
    private readonly Lock gate = new();
    private readonly EventWindow window;
    private readonly SortedDictionary<long, EventEntry> pending = [];
    private readonly List<Reader> readers = [];
    private readonly List<long> removals = [];
    private readonly Task writing;
    private TaskCompletionSource? news;
    private long lastSequence;
    private long notStored;
    private bool stopping;

    /// <summary>Loads what is stored and begins to write what is appended.</summary>
    public EventLog(IEventStore store, TimeProvider time, ILogger<EventLog> logger)
    {
        this.store = store;
        this.time = time;
        this.logger = logger;
        window = new EventWindow(Capacity, CapacityPerMachine, OnDropped);
        foreach (var stored in store.LoadEvents())
        {
            var entry = new EventEntry(stored) { Status = EventStatus.Stored };
            window.Add(entry);
            window.Trim(entry);
            lastSequence = stored.Sequence;
        }

        // Sequences that were handed out and then lost in a crash must not come again: a client that resumes after one of them would miss what is new.
        // Counting on from the clock keeps them apart as long as fewer than a thousand events a second are appended.
        lastSequence = Math.Max(lastSequence, time.GetUtcNow().ToUnixTimeMilliseconds());
        writing = Task.Run(WriteAsync);
    }

    /// <summary>The sequence of the newest event.</summary>
    public long LastSequence
    {
        get { lock (gate) return lastSequence; }
    }

    /// <summary>How many events could not be stored since the start.</summary>
    public long NotStored => Interlocked.Read(ref notStored);

    private long FirstPending => pending.Count == 0 ? long.MaxValue : pending.Keys.First();

    /// <summary>Adds an event, with its sequence and time, and returns it so.</summary>
    public MachineEvent Append(MachineEvent machineEvent)
    {
        lock (gate)
        {
            var entry = Enter(machineEvent, EventStatus.Published);
            window.Trim(entry);
            Announce();
            return entry.Event;
        }
    }

    /// <summary>The newest events that a query asks for, oldest first.</summary>
    public IReadOnlyList<MachineEvent> Query(EventQuery query)
    {
        List<MachineEvent> found = [];
        lock (gate)
        {
            var end = FirstPending;
            for (var node = window.Last; node is not null && node.Value.Event.Sequence > query.After && found.Count < query.Limit; node = node.Previous)
            {
                if (node.Value.IsVisible && node.Value.Event.Sequence < end && query.Matches(node.Value.Event)) found.Add(node.Value.Event);
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>
    /// Every event after a sequence, and then each as it is appended, until cancelled. A reader that is too slow holds up nobody:
    /// it gets one event of the kind <see cref="MachineEventKind.EventsLost"/> in place of what it missed.
    /// </summary>
    public async IAsyncEnumerable<MachineEvent> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var reader = new Reader { Cursor = after };
        lock (gate) readers.Add(reader);
        try
        {
            while (true)
            {
                List<MachineEvent> batch;
                Task newer;
                lock (gate)
                {
                    newer = NewsAfter(reader.Cursor);
                    batch = [.. Unread(reader.Cursor).Select(e => e.Event)];
                    if (reader.Lost > 0) batch.Insert(0, LossOf(reader));
                    if (batch.Count > 0) reader.Cursor = batch[^1].Sequence;
                    reader.Lost = 0;
                }

                foreach (var machineEvent in batch) yield return machineEvent;
                if (batch.Count == 0) await newer.WaitAsync(cancellation);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            lock (gate) readers.Remove(reader);
        }
    }

    /// <summary>Writes what is not yet written, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
            Announce();
        }

        await writing;
    }

    /// <summary>Gives an event its place in the log before it is stored by somebody else; it and what follows it is shown once that is settled.</summary>
    internal MachineEvent Reserve(MachineEvent machineEvent)
    {
        lock (gate)
        {
            var entry = Enter(machineEvent, EventStatus.Pending);
            pending.Add(entry.Event.Sequence, entry);
            return entry.Event;
        }
    }

    /// <summary>Shows a reserved event, or takes it back when it was not stored: only what stays takes the place of an older one.</summary>
    internal void Settle(MachineEvent reserved, bool stored)
    {
        lock (gate)
        {
            if (!pending.Remove(reserved.Sequence, out var entry)) return;
            if (entry.Status == EventStatus.Dropped)
            {
                if (stored) removals.Add(reserved.Sequence);
            }
            else if (stored)
            {
                entry.Status = EventStatus.Stored;
                window.Trim(entry);
            }
            else
            {
                window.Remove(entry);
            }

            Announce();
        }
    }

    private EventEntry Enter(MachineEvent machineEvent, EventStatus status)
    {
        var entry = new EventEntry(machineEvent with { Sequence = ++lastSequence, Time = time.GetUtcNow() }) { Status = status };
        window.Add(entry);
        return entry;
    }

    private void Announce()
    {
        news?.TrySetResult();
        news = null;
    }

    private Task NewsAfter(long cursor)
    {
        if (Unread(cursor).Any()) return Task.CompletedTask;
        news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return news.Task;
    }

    private IEnumerable<EventEntry> Unread(long cursor)
    {
        var node = window.Last;
        if (node is null || node.Value.Event.Sequence <= cursor) yield break;
        while (node.Previous is { } previous && previous.Value.Event.Sequence > cursor) node = previous;
        var end = FirstPending;
        for (var count = 0; node is not null && node.Value.Event.Sequence < end && count < BatchSize; node = node.Next)
        {
            if (!node.Value.IsVisible) continue;
            yield return node.Value;
            count++;
        }
    }

    private void OnDropped(EventEntry entry)
    {
        if (entry.Status == EventStatus.Stored) removals.Add(entry.Event.Sequence);
        if (entry.IsVisible)
        {
            foreach (var reader in readers.Where(r => r.Cursor < entry.Event.Sequence)) reader.Lost++;
        }

        entry.Status = EventStatus.Dropped;
    }

    private MachineEvent LossOf(Reader reader) => new()
    {
        Sequence = reader.Cursor,
        Time = time.GetUtcNow(),
        Kind = MachineEventKind.EventsLost,
        Text = $"{reader.Lost} events are missing here, because they were not read before newer ones took their place.",
    };

    private async Task WriteAsync()
    {
        var cursor = 0L;
        var failing = false;
        while (true)
        {
            List<EventEntry> batch;
            List<long> removed;
            Task newer;
            lock (gate)
            {
                newer = NewsAfter(cursor);
                batch = [.. Unread(cursor)];
                removed = [.. removals];
                removals.Clear();
                if (batch.Count > 0) cursor = batch[^1].Event.Sequence;
                else if (stopping && removed.Count == 0) return;
            }

            batch.RemoveAll(e => e.Status == EventStatus.Stored);
            if (batch.Count + removed.Count == 0)
            {
                await newer;
                continue;
            }

            try
            {
                await store.SaveEventsAsync([.. batch.Select(e => e.Event)], removed);
                if (failing) logger.EventsStoredAgain(NotStored);
                failing = false;
                lock (gate) batch.ForEach(MarkStored);
            }
            catch (Exception exception)
            {
                Interlocked.Add(ref notStored, batch.Count);
                if (!failing) logger.EventsNotStored(exception);
                failing = true;
            }
        }
    }

    private void MarkStored(EventEntry entry)
    {
        if (entry.Status == EventStatus.Dropped) removals.Add(entry.Event.Sequence);
        else entry.Status = EventStatus.Stored;
    }

    private sealed class Reader
    {
        public long Cursor { get; set; }

        public long Lost { get; set; }
    }
}
