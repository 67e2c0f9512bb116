namespace BootAppliance.Tftp.Server;

/// <summary>
/// Looks at regular times whether a transfer waits in vain. One timer for all: hundreds of them would wake threads all the time, for a
/// deadline that in the steady state only moves away.
/// </summary>
internal sealed class TransferDeadlines : IDisposable
{
    /// <summary>Short against the shortest wait for an ACK.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly IEnumerable<ActiveTransfer> transfers;
    private readonly ITimer timer;
    private int watching;

    /// <summary>Takes what gives, each time it is gone through, all transfers that are under way then.</summary>
    public TransferDeadlines(IEnumerable<ActiveTransfer> transfers, TimeProvider time)
    {
        this.transfers = transfers;
        timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says that there is a transfer; without any, no timer runs.</summary>
    public void Watch()
    {
        if (Interlocked.Exchange(ref watching, 1) == 0) timer.Change(Period, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        Volatile.Write(ref watching, 0);
        var some = false;
        foreach (var transfer in transfers)
        {
            some = true;
            transfer.Expire();
        }

        if (some) Watch();
    }
}
