using System.Net;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>A transfer that hangs in the middle of a step, as in a read from a disk that does not answer, keeps nobody else waiting.</summary>
public sealed class HangingTransferTests : IDisposable
{
    private static readonly IPEndPoint client = IPEndPoint.Parse("127.0.0.1:2070");
    private static readonly TftpReadRequest request = new(client, "f", TftpMode.Octet, default);

    private readonly TftpMetrics metrics = new();
    private readonly HangingClock clock = new();

    public void Dispose()
    {
        clock.Dispose();
        metrics.Dispose();
    }

    [Fact]
    public async Task Others_AskAboutIt_AndGoOn()
    {
        var file = TftpFile.FromMemory("f", new byte[1]);
        var hanging = new ActiveTransfer(request, client.Serialize(), metrics);
        var opened = new ReadTransfer(request, file, largestBlockSize: 512, new RetryLimits(), clock);
        using var socket = new DatagramSocket(DataPorts.Bind(new TftpServerSettings(new IPEndPoint(IPAddress.Loopback, 0)), 0));
        clock.Hangs = true;
        var begun = Task.Run(() => hanging.Begin(opened, socket), TestContext.Current.CancellationToken);
        clock.Arrived.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).ShouldBeTrue();

        var others = Task.Run(
            () =>
            {
                hanging.Expire();
                hanging.IsDoubtful.ShouldBeTrue();
                hanging.IsServing(request).ShouldBeTrue();
                hanging.IsServing(request with { FileName = "g" }).ShouldBeFalse();
            },
            TestContext.Current.CancellationToken);
        try
        {
            await others.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        finally
        {
            clock.Release();
        }

        await begun;
        hanging.Dispose();
        socket.Close();
    }

    /// <summary>A clock that stops whoever asks it, once it hangs.</summary>
    private sealed class HangingClock : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim released = new();

        public bool Hangs { get; set; }

        public ManualResetEventSlim Arrived { get; } = new();

        public override long GetTimestamp()
        {
            if (Hangs)
            {
                Arrived.Set();
                released.Wait();
            }

            return base.GetTimestamp();
        }

        public void Release() => released.Set();

        public void Dispose()
        {
            Arrived.Dispose();
            released.Dispose();
        }
    }
}
