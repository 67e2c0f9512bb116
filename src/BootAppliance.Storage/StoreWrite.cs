using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Storage;

/// <summary>Something that waits to be written, and is told what became of it.</summary>
internal abstract class StoreWrite
{
    /// <summary>Executes its statements inside the transaction that is open.</summary>
    public abstract void Apply();

    /// <summary>It is durable.</summary>
    public abstract void Succeed();

    /// <summary>It was not written.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>Any write: what it does is a delegate, and its end a task.</summary>
internal sealed class ActionWrite(Action apply) : StoreWrite
{
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => end.Task;

    public override void Apply() => apply();

    public override void Succeed() => end.SetResult();

    public override void Fail(Exception failure) => end.SetException(failure);
}

/// <summary>The write of a lease, of which a busy network has thousands in a second: the object is used again and again.</summary>
internal sealed class LeaseWrite(Action<Lease> save, ConcurrentQueue<LeaseWrite> unused) : StoreWrite, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> end;
    private Lease? lease;

    /// <summary>Takes a lease; the task is awaited once, and then the object is free again.</summary>
    public ValueTask Begin(Lease toSave)
    {
        lease = toSave;
        end.Reset();
        return new ValueTask(this, end.Version);
    }

    public override void Apply() => save(lease!);

    public override void Succeed() => end.SetResult(true);

    public override void Fail(Exception failure) => end.SetException(failure);

    public void GetResult(short token)
    {
        try
        {
            end.GetResult(token);
        }
        finally
        {
            lease = null;
            unused.Enqueue(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => end.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        end.OnCompleted(continuation, state, token, flags);
}
