namespace BootAppliance.Tftp.Server;

/// <summary>How long to wait for an ACK: from the measured round trip (after RFC 6298), doubled with each repetition.</summary>
internal sealed class RetransmissionTimer(RetryLimits limits, TimeSpan? negotiated)
{
    private TimeSpan smoothed;
    private TimeSpan variation;

    /// <summary>Repetitions since the last progress.</summary>
    public int Attempts { get; private set; }

    /// <summary>The fastest answer so far; zero before the first.</summary>
    public TimeSpan ShortestRoundTrip { get; private set; }

    public TimeSpan Wait
    {
        get
        {
            // A client that asked for a time-out in seconds means it (RFC 2349).
            var first = negotiated ?? (smoothed == default ? limits.InitialTimeout : Max(limits.MinTimeout, smoothed + (4 * variation)));
            var longest = negotiated is { } asked ? Max(asked, limits.MaxTimeout) : limits.MaxTimeout;
            return TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, Attempts), longest.Ticks));
        }
    }

    public void Repeat() => Attempts++;

    /// <summary>The client answered; the round trip is null where a repetition makes it unclear which packet the answer is for.</summary>
    public void Progress(TimeSpan? roundTrip)
    {
        Attempts = 0;
        if (roundTrip is not { } sample) return;
        if (smoothed == default)
        {
            (smoothed, variation, ShortestRoundTrip) = (sample, sample / 2, sample);
            return;
        }

        variation = (variation * 0.75) + ((smoothed - sample).Duration() * 0.25);
        smoothed = (smoothed * 0.875) + (sample * 0.125);
        if (sample < ShortestRoundTrip) ShortestRoundTrip = sample;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
