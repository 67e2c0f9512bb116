namespace BootAppliance.Tftp.Server;

/// <summary>Lets one line of a kind through, and then none for a while: what fails at one packet fails at every one of a flood.</summary>
/// <param name="pause">How long no other line is written.</param>
/// <param name="time">The clock.</param>
internal sealed class LogPause(TimeSpan pause, TimeProvider time)
{
    private readonly Lock gate = new();
    private long? last;
    private long leftOut;

    /// <summary>Whether a line is due, and how many were left out since the last one.</summary>
    public bool IsDue(out long missing)
    {
        lock (gate)
        {
            missing = leftOut;
            if (last is { } then && time.GetElapsedTime(then) < pause)
            {
                leftOut++;
                return false;
            }

            last = time.GetTimestamp();
            leftOut = 0;
            return true;
        }
    }
}
