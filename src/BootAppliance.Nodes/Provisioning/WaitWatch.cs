namespace BootAppliance.Nodes;

/// <summary>Looks every few seconds for nodes whose machine let them wait too long.</summary>
public sealed class WaitWatch(Provisioner provisioner, ILastSeen lastSeen, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>Begins to look.</summary>
    public void Start() => running = Task.Run(WatchAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(stopping.Token)) await provisioner.FailLateAsync(lastSeen, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the process is the end of the watch.
        }
    }
}
