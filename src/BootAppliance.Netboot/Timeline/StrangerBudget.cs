namespace BootAppliance.Netboot.Timeline;

/// <summary>
/// How many events machines that are no node may add: enough for a rack that is switched on, too few for a flood of made-up MAC addresses to
/// keep the store busy. The event log itself keeps the flood from pushing the nodes' events out.
/// </summary>
internal sealed class StrangerBudget(TimeProvider time)
{
    private const int Burst = 2000;
    private const int PerSecond = 10;

    private readonly Lock gate = new();
    private double left = Burst;
    private long counted = time.GetTimestamp();

    /// <summary>Takes one event out of the budget; false: there is none left now.</summary>
    public bool TryTake()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            left = Math.Min(Burst, left + (time.GetElapsedTime(counted, now).TotalSeconds * PerSecond));
            counted = now;
            if (left < 1) return false;
            left--;
            return true;
        }
    }
}
