using System.Collections.Concurrent;
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
    private readonly Queue<StoreWrite> waiting = new();
    private readonly ConcurrentQueue<EndedWrites> unused = new();
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

    /// <summary>Writes something soon, with whatever else waits then.</summary>
    public Task EnqueueAsync(Action apply)
    {
        var write = new ActionWrite(apply);
        Enqueue(write);
        return write.Task;
    }

    /// <summary>Writes something soon, with whatever else waits then; the write is told of its end.</summary>
    public void Enqueue(StoreWrite write)
    {
        lock (gate)
        {
            if (!stopping)
            {
                waiting.Enqueue(write);

                // Only a writer that found nothing to do sleeps.
                if (waiting.Count == 1) arrived.Set();
                return;
            }
        }

        write.Fail(new StoreUnavailableException($"The database {path} is closed."));
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
        var batch = new List<StoreWrite>();
        while (TakeBatch(batch))
        {
            if (batch.Count == 0) arrived.WaitOne();
            else if (TryCommit(batch) is not { } failure) Succeed(batch);
            else if (batch.Count == 1 || SqliteFailure.ConcernsEveryWrite(failure)) Fail(batch, failure);
            else CommitOneByOne(batch);
        }
    }

    private bool TakeBatch(List<StoreWrite> batch)
    {
        batch.Clear();
        lock (gate)
        {
            while (batch.Count < MaximumBatch && waiting.TryDequeue(out var write)) batch.Add(write);
            return batch.Count > 0 || !stopping;
        }
    }

    private void CommitOneByOne(List<StoreWrite> batch)
    {
        foreach (var write in batch)
        {
            if (TryCommit([write]) is { } failure) Fail([write], failure);
            else Succeed([write]);
        }
    }

    private Exception? TryCommit(List<StoreWrite> batch)
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

    private void Succeed(List<StoreWrite> batch)
    {
        if (failing) logger.WritesSucceedAgain(path);
        failing = false;
        Tell(batch, failure: null);
    }

    private void Fail(List<StoreWrite> batch, Exception failure)
    {
        var exception = SqliteFailure.OnWriting(path, failure);
        Interlocked.Add(ref failures, batch.Count);
        if (!failing) logger.WritesFail(exception.Message);
        failing = true;
        Tell(batch, exception);
    }

    private void Tell(List<StoreWrite> batch, Exception? failure)
    {
        if (!unused.TryDequeue(out var ended)) ended = new EndedWrites(unused);
        ended.Tell(batch, failure);
    }

    /// <summary>
    /// The writes of one transaction, whose callers go on side by side with the next commit: one after the other on one thread of the pool, since
    /// waking a thread for each would cost more than what most of them do.
    /// </summary>
    private sealed class EndedWrites(ConcurrentQueue<EndedWrites> unused) : IThreadPoolWorkItem
    {
        private readonly List<StoreWrite> writes = [];

        private Exception? problem;

        public void Tell(List<StoreWrite> batch, Exception? failure)
        {
            problem = failure;
            writes.AddRange(batch);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            foreach (var write in writes)
            {
                if (problem is null) write.Succeed();
                else write.Fail(problem);
            }

            writes.Clear();
            unused.Enqueue(this);
        }
    }
}
