using System.Collections.Concurrent;

namespace BootAppliance.Nodes;

/// <summary>Work in the pool that waits for something other than a machine: it keeps no place there, and its node can be taken down.</summary>
internal sealed class LongWaits(WorkPool pool)
{
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> waiting = [];

    /// <summary>Waits until it is there; a <see cref="DriverException"/> when somebody called the node's work off.</summary>
    public async Task<T> WaitAsync<T>(Guid node, Func<CancellationToken, Task<T>> wait, string what, CancellationToken cancellation)
    {
        using var off = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting[node] = off;
        try
        {
            var result = await pool.AsideAsync(() => wait(off.Token).WaitAsync(off.Token));
            // It may have been called off while it waited for a place in the pool.
            off.Token.ThrowIfCancellationRequested();
            return result;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DriverException($"it was called off while it waited for {what}");
        }
        finally
        {
            waiting.TryRemove(node, out _);
        }
    }

    /// <summary>Ends the waiting of a node's work; false: it does not wait.</summary>
    public bool CallOff(Guid node)
    {
        if (!waiting.TryGetValue(node, out var off)) return false;
        try
        {
            off.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
            return false;
        }
    }
}
