using System.Collections.Concurrent;

namespace BootAppliance.Images;

/// <summary>What was found out about images elsewhere: kept for a while, and looked up once however many ask.</summary>
/// <param name="look">Finds it out, in a few seconds; never fails.</param>
/// <param name="lasts">How long it is believed.</param>
/// <param name="time">The clock.</param>
internal sealed class FreshKnowledge<T>(Func<ImageReference, Task<T>> look, Func<T, TimeSpan> lasts, TimeProvider time)
    where T : class, IEquatable<T>
{
    private const int Many = 10_000;

    /// <summary>Whoever asks wrote down what it knew so long ago at most, maybe just before another one's look ended.</summary>
    private static readonly TimeSpan news = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<ImageReference, Entry> entries = [];

    /// <summary>What the last look found; null: nobody has looked.</summary>
    public T? Find(ImageReference image) => entries.TryGetValue(image, out var entry) ? entry.Known : null;

    /// <summary>Looks, unless what is known is fresh. Who gives up waiting does not end the look, which others may wait for too.</summary>
    /// <returns>Whether something else is known than just before.</returns>
    public async Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation)
    {
        // References are the operators'; this only keeps a program that makes them up from filling the memory.
        if (entries.Count > Many) entries.Clear();
        var entry = entries.GetOrAdd(image, static _ => new Entry());
        Task looking;
        lock (entry.Gate)
        {
            if (entry.Looking.IsCompleted && (entry.Known is null || time.GetElapsedTime(entry.LookedAt) >= lasts(entry.Known))) entry.Looking = LookAsync(image, entry);
            looking = entry.Looking;
        }

        await looking.WaitAsync(cancellation);
        lock (entry.Gate) return entry.ChangedAt is { } changed && time.GetElapsedTime(changed) < news;
    }

    private async Task LookAsync(ImageReference image, Entry entry)
    {
        var found = await look(image);
        lock (entry.Gate)
        {
            entry.LookedAt = time.GetTimestamp();
            if (!Equals(entry.Known, found)) entry.ChangedAt = entry.LookedAt;
            entry.Known = found;
        }
    }

    private sealed class Entry
    {
        public readonly Lock Gate = new();
        public volatile T? Known;
        public Task Looking = Task.CompletedTask;
        public long LookedAt;
        public long? ChangedAt;
    }
}
