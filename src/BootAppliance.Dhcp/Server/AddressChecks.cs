using System.Collections.Concurrent;
using System.Net;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// The looks for strangers that are under way: whoever waits for the same address waits for the same look, and nobody waits for another one.
/// </summary>
internal sealed class AddressChecks
{
    private readonly ConcurrentDictionary<IPAddress, Task<bool>> underWay = new();

    /// <summary>Whether an address is unused: by the look that is under way, or by a new one.</summary>
    public async Task<bool> JoinAsync(IPAddress address, Func<Task<bool>> look)
    {
        var mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = underWay.GetOrAdd(address, mine.Task);
        if (running != mine.Task) return await running;
        var isUnused = false;
        try
        {
            isUnused = await look();
            return isUnused;
        }
        finally
        {
            underWay.TryRemove(address, out _);
            mine.SetResult(isUnused);
        }
    }
}
