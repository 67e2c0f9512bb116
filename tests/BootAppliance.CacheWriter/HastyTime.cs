namespace BootAppliance.CacheWriter;

/// <summary>A clock that runs ten thousand times too fast: images are asked after, and replaced, all the time.</summary>
internal sealed class HastyTime : TimeProvider
{
    private const long Haste = 10_000;

    private readonly DateTimeOffset start = System.GetUtcNow();
    private readonly long begin = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(begin) * Haste);

    public override long GetTimestamp() => begin + ((System.GetTimestamp() - begin) * Haste);
}
