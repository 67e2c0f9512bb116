namespace BootAppliance.Nodes;

/// <summary>Work in the background: so much at a time, and its end can be waited for.</summary>
internal sealed class WorkPool(int size, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long work that is under way may take to end by itself when the process ends.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim free = new(size, size);
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<Task> running = [];
    private bool isClosed;

    /// <summary>Whether no more work is taken.</summary>
    public bool IsClosed
    {
        get
        {
            lock (running) return isClosed;
        }
    }

    /// <summary>Ends when work under way is to be given up.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Does it when its turn comes, and then lets go of what it works on; the caller need not wait.</summary>
    public Task<T> Run<T>(IDisposable worksOn, Func<CancellationToken, Task<T>> work)
    {
        var task = Task.Run(async () =>
        {
            using (worksOn)
            {
                await free.WaitAsync(stopping.Token);
                try
                {
                    return await work(stopping.Token);
                }
                finally
                {
                    free.Release();
                }
            }
        });
        lock (running) running.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (running) running.Remove(ended);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }

    /// <summary>Lets others have the place of work that only waits, for as long as it does.</summary>
    public async Task<T> AsideAsync<T>(Func<Task<T>> wait)
    {
        free.Release();
        try
        {
            return await wait();
        }
        finally
        {
            // Whoever has it gives it back, also when all is being stopped.
            await free.WaitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] left;
        lock (running)
        {
            isClosed = true;
            left = [.. running];
        }

        var end = Task.WhenAll(left);
        await Task.WhenAny(end, Task.Delay(Grace, time));
        await stopping.CancelAsync();
        await end.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
