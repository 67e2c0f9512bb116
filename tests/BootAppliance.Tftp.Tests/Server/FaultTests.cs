using System.Net;
using System.Text;
using BootAppliance.Tests;
using BootAppliance.Tftp.Server;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>What goes wrong on our side costs the one request that it belongs to.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task FaultAtOneDatagram_LeavesTheOthersOfItsBatchAnswered()
    {
        using var first = new TestClient("127.0.0.2");
        using var before = new TestClient("127.0.0.3");
        using var faulty = new TestClient("127.0.0.4");
        using var after = new TestClient("127.0.0.5");
        using var arrived = new SemaphoreSlim(0);
        using var others = new ManualResetEventSlim();
        await using var server = new TestServer(settings => settings with
        {
            Serves = address =>
            {
                if (address.Equals(first.EndPoint.Address))
                {
                    arrived.Release();
                    others.Wait();
                }

                return address.Equals(faulty.EndPoint.Address) ? throw new InvalidOperationException("broken") : true;
            },
        });

        // While the first is looked at the others come, and are taken together.
        byte[] unknownMode = [.. "\0\u0001f\0mail\0"u8];
        first.Send(server.EndPoint, unknownMode);
        (await arrived.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        foreach (var client in (TestClient[])[before, faulty, after]) client.Send(server.EndPoint, unknownMode);
        others.Set();
        foreach (var client in (TestClient[])[first, before, after]) (await client.ReceiveAsync())[..4].ShouldBe([0, 5, 0, 4]);
        faulty.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task FaultAtEveryDatagram_IsLoggedOnceAMinute()
    {
        using var faulty = new TestClient("127.0.0.4");
        using var good = new TestClient("127.0.0.5");
        var time = new ManualTime();
        var log = new ErrorLog();
        await using var server = new TestServer(
            settings => settings with { Serves = address => address.Equals(faulty.EndPoint.Address) ? throw new InvalidOperationException("broken") : true }, time, log);
        for (var minute = 0; minute < 2; minute++)
        {
            for (var i = 0; i < 5; i++) faulty.Ask(server.EndPoint, "f");

            // One socket takes them in order: with this answer the others are through.
            good.Send(server.EndPoint, "\0\u0001f\0mail\0"u8);
            await good.ReceiveAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        log.Lines.ShouldBe(
        [
            "* TFTP dropped a packet because of a fault in the appliance (0 lines like this were left out)",
            "* TFTP dropped a packet because of a fault in the appliance (4 lines like this were left out)",
        ]);
    }

    [Fact]
    public async Task FaultOfTheObserver_CostsNoTransfer_AndIsCountedOnce()
    {
        await using var server = new TestServer { Observes = () => throw new InvalidOperationException("broken") };
        server.Files["f"] = TransferRig.Content(10);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        client.Ack(1);
        await server.ReportsAsync(1);
        await server.UntilAsync(counters => counters.Active == 0);
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.Completed);
        server.Counters.Outcomes.ShouldBe(new Dictionary<TransferOutcome, long> { [TransferOutcome.Completed] = 1 });
    }

    [Fact]
    public async Task File_IsClosed_WhenItCannotBeRead()
    {
        File.WriteAllText(path, "content");
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        await using var server = new TestServer { Opens = _ => ValueTask.FromResult<TftpFile?>(TftpFile.FromHandle("f", handle)) };
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        (await client.ReceiveAsync()).ShouldBe("\0\u0005\0\0The server failed to open the file.\0"u8.ToArray());
        handle.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_DoesNotWait_ForAThreadThatHangs_AndFreesThePort()
    {
        using var arrived = new SemaphoreSlim(0);
        using var released = new ManualResetEventSlim();
        var server = new TestServer(settings => settings with
        {
            // An address of its own: on that of the other tests one of them could take the port that is free again.
            EndPoint = new(IPAddress.Parse("127.0.0.9"), 0),
            Serves = _ =>
            {
                arrived.Release();
                released.Wait();
                return false;
            },
        });
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        (await arrived.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        try
        {
            await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await using var next = new TestServer(settings => settings with { EndPoint = server.EndPoint });
        }
        finally
        {
            released.Set();
        }
    }

    [Fact]
    public async Task Stop_DoesNotWait_ForADiskThatHangs()
    {
        var hangs = new TaskCompletionSource<TftpFile?>();
        var server = new TestServer { Opens = _ => new ValueTask<TftpFile?>(hangs.Task) };
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await server.UntilAsync(counters => counters.Active == 1);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private sealed class ErrorLog : ILogger<TftpListener>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
