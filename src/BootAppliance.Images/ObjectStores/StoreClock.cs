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

    /// <summary>A difference, for the end of a sentence about a signed URL; empty: there is none.</summary>
    public string Doubt
    {
        get { lock (gate) return ahead.Duration() > Tolerance ? $"; {Words(store, ahead)}" : ""; }
    }

    /// <summary>By how much the clock is ahead of ours that the time of an answer (<c>Date</c>, RFC 9110 section 6.6.1) was taken from; below zero: behind.</summary>
    /// <remarks>That time was cut to whole seconds, by half a second on average.</remarks>
    public static TimeSpan Ahead(DateTimeOffset? theirs, DateTimeOffset ours) => theirs is { } said ? TimeSpan.FromSeconds(Math.Round((said - ours).TotalSeconds + 0.5)) : TimeSpan.Zero;

    /// <summary>Says what a difference is.</summary>
    public static string Words(string store, TimeSpan ahead) => $"{store}'s clock is {ahead.Duration()} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the one here";

    /// <summary>Compares the time of an answer with ours.</summary>
    public void Compare(DateTimeOffset? theirs, DateTimeOffset ours)
    {
        var now = Ahead(theirs, ours);
        TimeSpan before;
        lock (gate) (before, ahead) = (ahead, now);
        if (now.Duration() > Tolerance && (before - now).Duration() > Tolerance) ObjectStoreLog.ClockDiffers(logger, Words(store, now), duration, duration - now);
        if (now.Duration() <= Tolerance && before.Duration() > Tolerance) ObjectStoreLog.ClockAgrees(logger, store);
    }
}
