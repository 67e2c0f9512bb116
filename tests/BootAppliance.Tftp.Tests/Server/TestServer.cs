using System.Collections.Concurrent;
using System.Net;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>A listener on a free port of 127.0.0.1 that serves files from memory and remembers what it was told.</summary>
internal sealed class TestServer : ITftpCatalog, ITftpObserver, IAsyncDisposable
{
    private readonly TftpListener listener;
    private readonly TftpMetrics metrics = new();
    private readonly Lock gate = new();
    private readonly List<object> seen = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestServer(Func<TftpServerSettings, TftpServerSettings>? change = null, TimeProvider? time = null, ILogger<TftpListener>? logger = null)
    {
        var settings = new TftpServerSettings(new IPEndPoint(IPAddress.Loopback, 0));
        listener = new TftpListener(change?.Invoke(settings) ?? settings, this, this, metrics, time ?? TimeProvider.System, logger ?? NullLogger<TftpListener>.Instance);
        listener.Start();
    }

    public ConcurrentDictionary<string, ReadOnlyMemory<byte>> Files { get; } = new();

    public Func<TftpReadRequest, ValueTask<TftpFile?>>? Opens { get; init; }

    /// <summary>What the observer does besides remembering.</summary>
    public Action? Observes { get; init; }

    public IPEndPoint EndPoint => listener.EndPoint!;

    public TftpCounters Counters => metrics.Snapshot();

    public ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken) =>
        Opens is not null ? Opens(request)
        : ValueTask.FromResult(Files.TryGetValue(request.FileName, out var content) ? TftpFile.FromMemory(request.FileName, content) : null);

    public void Finished(TransferReport report) => Remember(report);

    public void Refused(TftpRefusal refusal) => Remember(refusal);

    /// <summary>Everything that was reported so far, once there are that many.</summary>
    public async Task<IReadOnlyList<object>> ReportsAsync(int count)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (seen.Count >= count) return [.. seen];
                change = changed.Task;
            }

            await change.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Waits for what no report tells.</summary>
    public async Task UntilAsync(Func<TftpCounters, bool> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!reached(Counters)) await Task.Delay(1, limit.Token);
    }

    public async Task<TransferReport> TransferAsync() => (await ReportsAsync(1)).ShouldHaveSingleItem().ShouldBeOfType<TransferReport>();

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        metrics.Dispose();
    }

    private void Remember(object report)
    {
        lock (gate)
        {
            seen.Add(report);
            changed.SetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Observes?.Invoke();
    }
}
