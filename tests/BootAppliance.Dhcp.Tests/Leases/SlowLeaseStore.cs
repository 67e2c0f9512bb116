using System.Net;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Dhcp.Tests.Leases;

/// <summary>A store whose writes wait until the test says what becomes of each.</summary>
internal sealed class SlowLeaseStore : ILeaseStore
{
    private readonly Lock gate = new();
    private readonly List<Write> waiting = [];
    private readonly Dictionary<IPAddress, Lease> durable = [];

    /// <summary>How many writes wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    public IReadOnlyList<Lease> LoadLeases()
    {
        lock (gate) return [.. durable.Values];
    }

    public ValueTask SaveLeaseAsync(Lease lease) => new(Enqueue(lease.Address, () => durable[lease.Address] = lease));

    public Task RemoveLeaseAsync(IPAddress address) => Enqueue(address, () => durable.Remove(address));

    /// <summary>What would be found after a power cut.</summary>
    public Lease? Find(IPAddress address)
    {
        lock (gate) return durable.GetValueOrDefault(address);
    }

    public bool IsWriting(IPAddress address)
    {
        lock (gate) return waiting.Any(w => w.Address.Equals(address));
    }

    /// <summary>Makes a write durable, or lets it fail; its caller goes on before this returns.</summary>
    public void End(int index, bool succeeds)
    {
        Write write;
        lock (gate)
        {
            write = waiting[index];
            waiting.RemoveAt(index);
            if (succeeds) write.Apply();
        }

        if (succeeds) write.Done.SetResult();
        else write.Done.SetException(new IOException("No space left on device"));
    }

    /// <summary>Cuts the power: of what waits, some is on the disk, and nobody is ever told.</summary>
    public void Crash(Random random)
    {
        lock (gate)
        {
            foreach (var write in waiting)
                if (random.Next(2) == 0) write.Apply();
            waiting.Clear();
        }
    }

    private Task Enqueue(IPAddress address, Action apply)
    {
        var write = new Write(address, apply, new TaskCompletionSource());
        lock (gate) waiting.Add(write);
        return write.Done.Task;
    }

    private sealed record Write(IPAddress Address, Action Apply, TaskCompletionSource Done);
}
