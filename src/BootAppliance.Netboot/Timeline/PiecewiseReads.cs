using System.Net;

namespace BootAppliance.Netboot.Timeline;

/// <summary>How far a machine is that reads an image in pieces.</summary>
/// <param name="Bytes">What it has read, counting twice what it has read twice.</param>
/// <param name="Pieces">In how many pieces.</param>
/// <param name="Duration">From the first to the last of them.</param>
internal readonly record struct PiecewiseRead(long Bytes, int Pieces, TimeSpan Duration);

/// <summary>
/// Images that are read in pieces: iPXE reads a disc image in thousands of them, as the machine's firmware asks for sectors. Told are the first,
/// what they come to every half minute, and the end: when none has followed for a while, or the machine is seen to do something else.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="tell">Is told of who, which file, how far, and whether it is the end; must not block.</param>
internal sealed class PiecewiseReads(TimeProvider time, Action<IPAddress, string, PiecewiseRead, bool> tell)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<(IPAddress From, string File), Reading> underWay = [];

    /// <summary>A piece was sent.</summary>
    public void Sent(IPAddress from, string file, long bytes)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (!underWay.TryGetValue((from, file), out var reading))
            {
                underWay[(from, file)] = reading = new Reading { Began = now };
                reading.Timer = time.CreateTimer(_ => Look(from, file, reading), null, Silence, Timeout.InfiniteTimeSpan);
            }

            (reading.Bytes, reading.Pieces, reading.Last) = (reading.Bytes + bytes, reading.Pieces + 1, now);
            if (reading.Pieces > 1 && time.GetElapsedTime(reading.Told, now) < Interval) return;
            reading.Told = now;
            tell(from, file, Read(reading), false);
        }
    }

    /// <summary>A machine does something else: what it read is read.</summary>
    public void End(Func<IPAddress, bool> isOfMachine)
    {
        lock (gate)
        {
            foreach (var ((from, file), reading) in underWay.Where(entry => isOfMachine(entry.Key.From)).ToList()) End(from, file, reading);
        }
    }

    private void Look(IPAddress from, string file, Reading reading)
    {
        lock (gate)
        {
            if (!underWay.TryGetValue((from, file), out var current) || current != reading) return;
            var silence = time.GetElapsedTime(reading.Last);
            if (silence < Silence) reading.Timer!.Change(Silence - silence, Timeout.InfiniteTimeSpan);
            else End(from, file, reading);
        }
    }

    private void End(IPAddress from, string file, Reading reading)
    {
        underWay.Remove((from, file));
        reading.Timer!.Dispose();
        tell(from, file, Read(reading), true);
    }

    private PiecewiseRead Read(Reading reading) => new(reading.Bytes, reading.Pieces, time.GetElapsedTime(reading.Began, reading.Last));

    private sealed class Reading
    {
        public ITimer? Timer { get; set; }

        public long Began { get; init; }

        public long Last { get; set; }

        public long Told { get; set; }

        public long Bytes { get; set; }

        public int Pieces { get; set; }
    }
}
