namespace BootAppliance.Tftp.Server;

/// <summary>
/// The transfers whose clients have not answered yet, the oldest first: under a flood of requests from forged addresses they make room for
/// clients that answer. Calls must not overlap.
/// </summary>
/// <param name="maxTransfers">How many transfers may be under way at once.</param>
internal sealed class DoubtfulTransfers(int maxTransfers)
{
    private readonly Queue<ActiveTransfer> queue = new();

    /// <summary>How many are remembered, with some that are not doubtful any more.</summary>
    public int Count => queue.Count;

    public void Add(ActiveTransfer transfer)
    {
        while (queue.TryPeek(out var oldest) && !oldest.IsDoubtful) queue.Dequeue();

        // One that stays doubtful for long keeps all those that come and go behind it.
        if (queue.Count > 2 * maxTransfers) Compact();
        queue.Enqueue(transfer);
    }

    /// <summary>Takes the one out that is silent for the longest time, or null when there is none.</summary>
    public ActiveTransfer? TakeOldest()
    {
        while (queue.TryDequeue(out var oldest))
        {
            if (oldest.IsDoubtful) return oldest;
        }

        return null;
    }

    private void Compact()
    {
        for (var left = queue.Count; left > 0; left--)
        {
            var transfer = queue.Dequeue();
            if (transfer.IsDoubtful) queue.Enqueue(transfer);
        }
    }
}
