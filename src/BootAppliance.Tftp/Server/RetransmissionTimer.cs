namespace BootAppliance.Tftp.Server;

/// <summary>How long to wait for an ACK: from the measured round trip (after RFC 6298), doubled with each repetition.</summary>
internal sealed class RetransmissionTimer
{
    private readonly RetryLimits limits;
    private readonly bool isNegotiated;
    private TimeSpan longest;
    private TimeSpan first;
    private TimeSpan smoothed;
    private TimeSpan variation;

    public RetransmissionTimer(RetryLimits limits, TimeSpan? negotiated)
    {
        this.limits = limits;

        // A client that asked for a time-out in seconds means it (RFC 2349).
        isNegotiated = negotiated is not null;
        first = negotiated ?? limits.InitialTimeout;
        longest = limits.MaxTimeout;
        Wait = first < longest ? first : longest;
    }

    /// <summary>Repetitions since the last progress.</summary>
    public int Attempts { get; private set; }

    /// <summary>The fastest answer so far; zero before the first.</summary>
    public TimeSpan ShortestRoundTrip { get; private set; }

    /// <summary>How long to wait now.</summary>
    public TimeSpan Wait { get; private set; }

    public void Repeat()
    {
        Attempts++;
        Wait = Wait * 2 < longest ? Wait * 2 : longest;
    }

    /// <summary>The client answered; the round trip is null where a repetition makes it unclear which packet the answer is for.</summary>
    public void Progress(TimeSpan? roundTrip)
    {
        Attempts = 0;
        if (roundTrip is { } sample) Learn(sample);

        // Not before: a forged request for 255 seconds would hold its place for a quarter of an hour.
        if (isNegotiated) longest = Max(first, limits.MaxTimeout);
        Wait = first < longest ? first : longest;
    }

    private void Learn(TimeSpan sample)
    {
        if (smoothed == default)
        {
            (smoothed, variation, ShortestRoundTrip) = (sample, sample / 2, sample);
        }
        else
        {
            // In whole ticks: this runs for every ACK.
            variation = new TimeSpan(((variation.Ticks * 3) + Math.Abs(smoothed.Ticks - sample.Ticks)) / 4);
            smoothed = new TimeSpan(((smoothed.Ticks * 7) + sample.Ticks) / 8);
            if (sample < ShortestRoundTrip) ShortestRoundTrip = sample;
        }

        if (!isNegotiated) first = Max(limits.MinTimeout, new TimeSpan(smoothed.Ticks + (4 * variation.Ticks)));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
