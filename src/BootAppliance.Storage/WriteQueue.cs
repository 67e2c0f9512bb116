using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Storage;

/// <summary>
/// The one writer. Whatever waits when it comes round shares one transaction, so that the cost of making it durable is shared too;
/// a write's task ends after the commit that it was part of.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    // Keeps one commit short enough that a lease which arrives meanwhile does not wait long for the next.
    private const int MaximumBatch = 1000;

    private readonly SqliteConnection connection;
    private readonly Lock connectionGate;
    private readonly string path;
    private readonly ILogger logger;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly Lock gate = new();
    private readonly Queue<Write> waiting = new();
    private readonly AutoResetEvent arrived = new(false);
    private readonly Thread writer;
    private long commits;
    private long failures;
    private bool failing;
    private bool stopping;

    public WriteQueue(SqliteConnection connection, Lock connectionGate, string path, ILogger logger)
    {
        this.connection = connection;
        this.connectionGate = connectionGate;
        this.path = path;
        this.logger = logger;
        begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        commit = new SqliteStatement(connection, "COMMIT");
        writer = new Thread(Run) { Name = "store writer", IsBackground = true };
        writer.Start();
    }

    public long Commits => Interlocked.Read(ref commits);

    public long Failures => Interlocked.Read(ref failures);

    public Task EnqueueAsync(Action apply)
    {
        var write = new Write(apply);
        lock (gate)
        {
            if (stopping) return Task.FromException(new StoreUnavailableException($"The database {path} is closed."));
            waiting.Enqueue(write);
            arrived.Set();
        }

        return write.Task;
    }

    /// <summary>Does what waits, and stops.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (stopping) return;
            stopping = true;
            arrived.Set();
        }

        writer.Join();
        begin.Dispose();
        commit.Dispose();
        arrived.Dispose();
    }

    private void Run()
    {
        var batch = new List<Write>();
        while (TakeBatch(batch))
        {
            if (batch.Count == 0) arrived.WaitOne();
            else if (TryCommit(batch) is not { } failure) Succeed(batch);
            else if (batch.Count == 1 || SqliteFailure.ConcernsEveryWrite(failure)) Fail(batch, failure);
            else CommitOneByOne(batch);
        }
    }

    private bool TakeBatch(List<Write> batch)
    {
        batch.Clear();
        lock (gate)
        {
            while (batch.Count < MaximumBatch && waiting.TryDequeue(out var write)) batch.Add(write);
            return batch.Count > 0 || !stopping;
        }
    }

    private void CommitOneByOne(List<Write> batch)
    {
        foreach (var write in batch)
        {
            if (TryCommit([write]) is { } failure) Fail([write], failure);
            else Succeed([write]);
        }
    }

    private Exception? TryCommit(List<Write> batch)
    {
        lock (connectionGate)
        {
            try
            {
                begin.Execute();
                foreach (var write in batch) write.Apply();
                commit.Execute();
                Interlocked.Increment(ref commits);
                return null;
            }
            catch (Exception exception)
            {
                RollBack();
                return exception;
            }
        }
    }

    private void RollBack()
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite rolls back by itself after some failures (https://sqlite.org/lang_transaction.html); then there is nothing left to do.
        }
    }

    private void Succeed(List<Write> batch)
    {
        if (failing) logger.WritesSucceedAgain(path);
        failing = false;
        foreach (var write in batch) write.SetResult();
    }

    private void Fail(List<Write> batch, Exception failure)
    {
        var exception = SqliteFailure.OnWriting(path, failure);
        Interlocked.Add(ref failures, batch.Count);
        if (!failing) logger.WritesFail(exception.Message);
        failing = true;
        foreach (var write in batch) write.SetException(exception);
    }

    private sealed class Write(Action apply) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Action Apply { get; } = apply;
    }
}
