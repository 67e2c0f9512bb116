namespace BootAppliance.Lab.Processes;

/// <summary>The lines that a process has written so far; others can wait for the one they need.</summary>
public sealed class LineLog(string owner)
{
    private const int LinesInError = 25;

    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly List<Waiter> waiters = [];
    private bool completed;

    public IReadOnlyList<string> Lines
    {
        get { lock (gate) return [.. lines]; }
    }

    /// <summary>The first line, old or to come, that fits. Fails when the process ends or the time is over.</summary>
    public async Task<string> WaitForLine(Func<string, bool> predicate, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var waiter = new Waiter(predicate);
        lock (gate)
        {
            if (lines.Find(line => predicate(line)) is { } present) return present;
            if (completed) throw new LabException($"{owner} ended before the line that was waited for.{Tail()}");
            waiters.Add(waiter);
        }
        try
        {
            return await waiter.Found.Task.WaitAsync(timeout, cancellation);
        }
        catch (TimeoutException)
        {
            throw new LabException($"{owner} did not write the line that was waited for within {timeout.TotalSeconds:0} s.{Tail()}");
        }
        finally
        {
            lock (gate) waiters.Remove(waiter);
        }
    }

    /// <summary>The last lines, to be put under an error.</summary>
    public string Tail()
    {
        lock (gate) return string.Concat(lines.TakeLast(LinesInError).Select(line => $"{Environment.NewLine}    {line}"));
    }

    internal void Add(string line)
    {
        lock (gate)
        {
            lines.Add(line);
            foreach (var waiter in waiters.Where(waiter => waiter.Predicate(line))) waiter.Found.TrySetResult(line);
        }
    }

    internal void Complete()
    {
        lock (gate)
        {
            completed = true;
            foreach (var waiter in waiters)
                waiter.Found.TrySetException(new LabException($"{owner} ended before the line that was waited for.{Tail()}"));
        }
    }

    private sealed record Waiter(Func<string, bool> Predicate)
    {
        public TaskCompletionSource<string> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
