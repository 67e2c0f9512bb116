namespace BootAppliance.Http.Files;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">What the client has taken.</param>
/// <param name="Length">What there is to take, in bytes.</param>
/// <param name="Duration">How long it is under way.</param>
/// <param name="Silence">How long the client has taken nothing, if it has stalled; null: it goes on.</param>
internal readonly record struct DownloadState(long Bytes, long Length, TimeSpan Duration, TimeSpan? Silence);

/// <summary>
/// Tells of a download that takes long: at its quarters, when the client takes nothing any more, and when it goes on. A download is told of
/// at most nine times, however it goes.
/// </summary>
internal sealed class DownloadWatch : IDisposable
{
    private const int Parts = 4;
    private const int MaxStalls = 3;

    /// <summary>What is through by then is told when it is through, and nothing before.</summary>
    private static readonly TimeSpan LongDownload = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time;
    private readonly Action<DownloadState> tell;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private readonly long started;
    private long lastTaken;
    private long bytes;
    private long length;
    private long part;
    private int stalls;
    private bool isStalled;

    /// <summary>Begins to watch.</summary>
    /// <param name="length">What there is to take, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Is told; must not block.</param>
    public DownloadWatch(long length, TimeProvider time, Action<DownloadState> tell)
    {
        (this.length, this.time, this.tell) = (length, time, tell);
        started = lastTaken = time.GetTimestamp();
        timer = time.CreateTimer(_ => Look(), null, LongSilence, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The client has taken more.</summary>
    /// <param name="all">How much it has by now, in bytes.</param>
    /// <param name="expected">What there is to take: less than the file where a part of it was asked for.</param>
    public void Taken(long all, long expected)
    {
        lock (gate)
        {
            (bytes, length, lastTaken) = (all, expected, time.GetTimestamp());
            var reached = bytes * Parts / Math.Max(length, 1);
            var isQuarter = reached > part && time.GetElapsedTime(started, lastTaken) >= LongDownload;
            if (reached < Parts && (isStalled || isQuarter)) Tell(silence: null);
            part = reached;
            if (isStalled && stalls < MaxStalls) timer.Change(LongSilence, Timeout.InfiniteTimeSpan);
            isStalled = false;
        }
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            var silence = time.GetElapsedTime(lastTaken);
            if (bytes == length) return;
            if (silence < LongSilence)
            {
                timer.Change(LongSilence - silence, Timeout.InfiniteTimeSpan);
                return;
            }

            isStalled = true;
            stalls++;
            Tell(silence);
        }
    }

    private void Tell(TimeSpan? silence) => tell(new DownloadState(bytes, length, time.GetElapsedTime(started), silence));
}
