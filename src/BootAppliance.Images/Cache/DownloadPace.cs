namespace BootAppliance.Images;

/// <summary>Whether a source sends fast enough for its image to be here some day: one that sends a byte now and then never falls silent.</summary>
internal sealed class DownloadPace(TimeProvider time)
{
    private const long Least = 5 << 20;

    private static readonly TimeSpan period = TimeSpan.FromMinutes(5);

    private long since = time.GetTimestamp();
    private long bytes;

    /// <summary>Counts bytes that came; null, or why the rest is not waited for.</summary>
    public string? FindProblem(int more)
    {
        bytes += more;
        if (time.GetElapsedTime(since) < period) return null;
        var came = bytes;
        (since, bytes) = (time.GetTimestamp(), 0);
        return came >= Least ? null : $"the source sent {ByteCount.Words(came)} in {period.TotalMinutes:0} minutes, and {ByteCount.Words(Least)} is the least";
    }
}
