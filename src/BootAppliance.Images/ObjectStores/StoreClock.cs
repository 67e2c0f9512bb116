using Microsoft.Extensions.Logging;

namespace BootAppliance.Images;

/// <summary>The clock of a store beside ours: by how much it goes ahead, signed URLs are over too early.</summary>
/// <param name="store">How people call the store.</param>
/// <param name="duration">How long its signed URLs are to count.</param>
/// <param name="logger">Where a difference is told of, when it is seen and when it is gone.</param>
public sealed class StoreClock(string store, TimeSpan duration, ILogger logger)
{
    /// <summary>Answers say their time in whole seconds, and some have been on their way for one or two.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private TimeSpan ahead;

    /// <summary>By how much the store's clock is ahead of ours, as last seen; below zero: behind.</summary>
    public TimeSpan Ahead
    {
        get { lock (gate) return ahead; }
    }

    /// <summary>What a difference means for signed URLs, for the end of a sentence; empty: nothing.</summary>
    public string Doubt => Ahead.Duration() > Tolerance ? $"; {Words(store, Ahead)}" : "";

    /// <summary>Says what a difference is.</summary>
    public static string Words(string store, TimeSpan ahead) => $"{store}'s clock is {ahead.Duration():d\\.hh\\:mm\\:ss} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the one here";

    /// <summary>Compares the time of an answer (<c>Date</c>, RFC 9110 section 6.6.1) with ours.</summary>
    public void Compare(DateTimeOffset? theirs, DateTimeOffset ours)
    {
        if (theirs is not { } said) return;
        TimeSpan before, now;
        lock (gate) (before, ahead, now) = (ahead, said - ours, said - ours);
        if (now.Duration() > Tolerance && (before - now).Duration() > Tolerance) ObjectStoreLog.ClockDiffers(logger, Words(store, now), duration, duration - now);
        if (now.Duration() <= Tolerance && before.Duration() > Tolerance) ObjectStoreLog.ClockAgrees(logger, store);
    }
}
