using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Tests;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class TftpListenerTests
{
    [Fact]
    public async Task UnknownFile_GetsError1_AndIsReported()
    {
        await using var server = new TestServer();
        using var client = new TestClient();
        client.Ask(server.EndPoint, "/autoexec.ipxe");
        (await client.ReceiveAsync()).ShouldBe("\0\u0005\0\u0001File not found.\0"u8.ToArray());
        (await server.ReportsAsync(1)).ShouldBe([new TftpRefusal(client.EndPoint, "autoexec.ipxe", TftpErrorCode.FileNotFound, "File not found.")]);
    }

    [Theory]
    [InlineData("\0\u0002f\0octet\0", 2, "This server is read only.", TftpDropReason.WriteRequest)]
    [InlineData("\0\u0001../f\0octet\0", 2, "The file name must not contain '..'.", TftpDropReason.ClimbingFileName)]
    [InlineData("\0\u0001f\0mail\0", 4, "The modes are octet and netascii.", TftpDropReason.UnknownMode)]
    [InlineData("\0\u0001f\0octet", 4, "The request is cut off.", TftpDropReason.MissingTerminator)]
    [InlineData("\0\u0001\0octet\0", 4, "The request names no file.", TftpDropReason.EmptyFileName)]
    [InlineData("\0\u0001a\nb\0octet\0", 4, "The file name contains control characters.", TftpDropReason.IllegalFileName)]
    public async Task BadRequest_IsAnsweredAndCounted(string datagram, byte code, string text, TftpDropReason reason)
    {
        await using var server = new TestServer();
        using var client = new TestClient();
        client.Send(server.EndPoint, Encoding.ASCII.GetBytes(datagram));
        (await client.ReceiveAsync()).ShouldBe([0, 5, 0, code, .. Encoding.ASCII.GetBytes(text), 0]);
        await server.ReportsAsync(1);
        server.Counters.Drops.ShouldBe(new Dictionary<TftpDropReason, long> { [reason] = 1 });
        server.Counters.Refusals.ShouldBe(new Dictionary<TftpErrorCode, long> { [(TftpErrorCode)code] = 1 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StrayPacket_GetsNoAnswer(bool singlePort)
    {
        await using var server = new TestServer(settings => settings with { SinglePort = singlePort });
        using var client = new TestClient();
        foreach (var stray in (byte[][])[[], [0], [0, 4, 0, 1], [0, 5, 0, 0, 0], [0, 3, 0, 1, 1], [0, 6], [9, 9, 9]]) client.Send(server.EndPoint, stray);

        // Packets of one sender are taken in order: the answer to this one shows that there was none before it.
        client.Ask(server.EndPoint, "none");
        (await client.ReceiveAsync())[1].ShouldBe((byte)5);
        client.HasMore.ShouldBeFalse();
        server.Counters.Drops.ShouldBe(new Dictionary<TftpDropReason, long>
        {
            [TftpDropReason.TooShort] = 2,
            [TftpDropReason.UnknownOpCode] = 1,
            [TftpDropReason.StrayPacket] = 4,
        });
    }

    [Fact]
    public async Task ForeignSource_GetsNoAnswer()
    {
        var served = false;
        await using var server = new TestServer(settings => settings with { Serves = _ => served });
        using var client = new TestClient();
        client.Ask(server.EndPoint, "none");
        await server.UntilAsync(counters => counters.Drops.Count > 0);
        served = true;
        client.Ask(server.EndPoint, "none");
        await client.ReceiveAsync();
        client.HasMore.ShouldBeFalse();
        server.Counters.Drops.ShouldBe(new Dictionary<TftpDropReason, long> { [TftpDropReason.ForbiddenSource] = 1 });
    }

    [Fact]
    public async Task Stranger_GetsError5_AndTheTransferGoesOn()
    {
        await using var server = new TestServer();
        server.Files["f"] = TransferRig.Content(700);
        using var client = new TestClient();
        using var stranger = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();

        stranger.Send(client.Sender!, [0, 5, 0, 0, 0]);
        stranger.Send(client.Sender!, [0, 4, 0, 1]);
        (await stranger.ReceiveAsync())[..4].ShouldBe([0, 5, 0, 5]);
        stranger.HasMore.ShouldBeFalse("an ERROR is never answered");

        client.Ack(1);
        (await client.ReceiveAsync())[..4].ShouldBe([0, 3, 0, 2]);
        client.Ack(2);
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.Completed);
        server.Counters.Drops.ShouldBe(new Dictionary<TftpDropReason, long> { [TftpDropReason.UnknownTransferId] = 2 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RepeatedRequest_StartsNoSecondTransfer(bool singlePort)
    {
        await using var server = new TestServer(settings => settings with { SinglePort = singlePort });
        server.Files["f"] = TransferRig.Content(100);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f", "tsize|0");
        await client.ReceiveAsync();
        client.Ask(server.EndPoint, "f", "tsize|0");
        await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.DuplicateRequest));
        client.Ack(0);
        (await client.ReceiveAsync()).ShouldBe([0, 3, 0, 1, .. TransferRig.Content(100)]);
        client.Ack(1);
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.Completed);
        client.HasMore.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OtherRequestFromTheSamePort_TakesThePlaceOfTheFirst(bool singlePort)
    {
        await using var server = new TestServer(settings => settings with { SinglePort = singlePort });
        server.Files["f"] = TransferRig.Content(100);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f", "tsize|0");
        await client.ReceiveAsync();
        var first = client.Sender!;
        client.Ask(server.EndPoint, "f", "blksize|1024");
        (await client.ReceiveAsync()).ShouldBe("\0\u0006blksize\01024\0"u8.ToArray());
        client.Sender!.Port.Equals(first.Port).ShouldBe(singlePort, "packets of the first transfer must not pass for those of the second");
        client.Ack(0);
        await client.ReceiveAsync();
        client.Ack(1);
        var reports = (await server.ReportsAsync(2)).Cast<TransferReport>();
        reports.Select(report => report.Outcome).ShouldBe([TransferOutcome.Aborted, TransferOutcome.Completed], ignoreOrder: true);
    }

    [Fact]
    public async Task OtherRequestFromTheSamePort_IsNotDisturbed_WhenTheFirstFileOpensLate()
    {
        var slow = new TaskCompletionSource<TftpFile?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new TestServer(settings => settings with { SinglePort = true })
        {
            Opens = request => request.FileName == "slow" ? new(slow.Task) : new(TftpFile.FromMemory("fast", new byte[600])),
        };
        using var client = new TestClient();
        client.Ask(server.EndPoint, "slow");
        client.Ask(server.EndPoint, "fast");
        (await client.ReceiveAsync())[..4].ShouldBe([0, 3, 0, 1]);
        slow.SetResult(TftpFile.FromMemory("slow", new byte[600]));
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.Aborted);
        client.HasMore.ShouldBeFalse();
        client.Ack(1);
        (await client.ReceiveAsync())[..4].ShouldBe([0, 3, 0, 2]);
    }

    [Fact]
    public async Task SizeProbe_IsReportedAsSuch()
    {
        await using var server = new TestServer();
        server.Files["f"] = TransferRig.Content(100);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f", "tsize|0|blksize|1468");
        (await client.ReceiveAsync()).ShouldBe("\0\u0006blksize\01468\0tsize\0100\0"u8.ToArray());
        client.Send(client.Sender!, [0, 5, 0, 8, 0]);
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.SizeProbe);
    }

    [Fact]
    public async Task LostData_IsSentAgain_ByTheRealTimer()
    {
        await using var server = new TestServer(settings => settings with { Retries = new RetryLimits { InitialTimeout = TimeSpan.FromMilliseconds(20) } });
        server.Files["f"] = TransferRig.Content(100);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        var first = await client.ReceiveAsync();
        (await client.ReceiveAsync()).ShouldBe(first);
        client.Ack(1);
        (await server.TransferAsync()).Retransmits.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task LostData_IsSentAgainEarlier_OnceTheRoundTripIsKnown()
    {
        var time = new ManualTime();
        await using var server = new TestServer(time: time);
        server.Files["f"] = TransferRig.Content(1000);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        time.Advance(TimeSpan.FromMilliseconds(10));
        client.Ack(1);
        var second = await client.ReceiveAsync();

        // Counted only when the ACK before it has been dealt with whole.
        client.Ack(1);
        await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.DuplicateAcknowledgement));
        time.Advance(TimeSpan.FromMilliseconds(250));
        (await client.ReceiveAsync()).ShouldBe(second);
    }

    [Fact]
    public async Task SilentClient_IsGivenUp()
    {
        await using var server = new TestServer(settings => settings with
        {
            Retries = new RetryLimits { InitialTimeout = TimeSpan.FromMilliseconds(5), UnconfirmedAttempts = 2 },
        });
        server.Files["f"] = TransferRig.Content(100_000);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f", "windowsize|8");
        for (var i = 0; i < 3; i++) (await client.ReceiveAsync())[1].ShouldBe((byte)6);
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.TimedOut);
        client.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task FaultInTheCatalog_EndsOneRequestOnly()
    {
        await using var server = new TestServer
        {
            Opens = request => request.FileName == "bad"
                ? throw new InvalidOperationException("broken")
                : ValueTask.FromResult<TftpFile?>(TftpFile.FromMemory("good", new byte[5])),
        };
        using var client = new TestClient();
        client.Ask(server.EndPoint, "bad");
        (await client.ReceiveAsync()).ShouldBe("\0\u0005\0\0The server failed to open the file.\0"u8.ToArray());
        client.Ask(server.EndPoint, "good");
        (await client.ReceiveAsync()).ShouldBe([0, 3, 0, 1, 0, 0, 0, 0, 0]);
        client.Ack(1);
        (await server.ReportsAsync(2))[1].ShouldBeOfType<TransferReport>().Outcome.ShouldBe(TransferOutcome.Completed);
    }

    [Fact]
    public async Task Stop_TellsClientsAndFreesThePort()
    {
        var server = new TestServer();
        server.Files["f"] = TransferRig.Content(1000);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        var endPoint = server.EndPoint;
        await server.DisposeAsync();
        (await client.ReceiveAsync()).ShouldBe("\0\u0005\0\0The server is stopping.\0"u8.ToArray());
        (await server.TransferAsync()).Outcome.ShouldBe(TransferOutcome.Aborted);
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        again.Bind(endPoint);
    }

    [Fact]
    public async Task Start_LetsTheCallerKnow_WhenThePortIsTaken()
    {
        await using var first = new TestServer();
        Should.Throw<SocketException>(() => new TestServer(settings => settings with { EndPoint = first.EndPoint }))
            .SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
    }

    [Fact]
    public async Task Answers_ComeFromTheAddressThatWasAsked()
    {
        await using var server = new TestServer(settings => settings with { EndPoint = IPEndPoint.Parse("127.0.0.7:0") });
        server.Files["f"] = TransferRig.Content(10);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        client.Sender!.Address.ShouldBe(IPAddress.Parse("127.0.0.7"));
        client.Sender.Port.ShouldNotBe(server.EndPoint.Port);
    }

    [Fact]
    public async Task Limit_LeavesFurtherRequestsUnanswered()
    {
        await using var server = new TestServer(settings => settings with { MaxTransfers = 1 });
        server.Files["f"] = TransferRig.Content(600);
        using var first = new TestClient();
        using var second = new TestClient();
        await BeginAsync(first, server.EndPoint);
        second.Ask(server.EndPoint, "f");
        await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.TooManyTransfers));
        second.HasMore.ShouldBeFalse();
        first.Ack(2);
        await server.TransferAsync();
        await server.UntilAsync(counters => counters.Active == 0);
        second.Ask(server.EndPoint, "f");
        (await second.ReceiveAsync())[1].ShouldBe((byte)3);
    }

    [Fact]
    public async Task LimitOfOpenFiles_LeavesFurtherRequestsForThemUnanswered_AndThoseFromMemoryServed()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, TransferRig.Content(600).ToArray());
            await using var server = new TestServer(settings => settings with { MaxOpenFiles = 1 })
            {
                Opens = request => ValueTask.FromResult<TftpFile?>(
                    request.FileName == "memory" ? TftpFile.FromMemory("memory", TransferRig.Content(10)) : TftpFile.FromHandle("disk", File.OpenHandle(path))),
            };
            using var first = new TestClient();
            using var second = new TestClient();
            await BeginAsync(first, server.EndPoint);
            second.Ask(server.EndPoint, "f");
            await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.TooManyOpenFiles) && counters.Active == 1);
            second.HasMore.ShouldBeFalse();
            second.Ask(server.EndPoint, "memory");
            (await second.ReceiveAsync())[1].ShouldBe((byte)3);
            second.Ack(1);
            first.Ack(2);
            await server.ReportsAsync(2);
            await server.UntilAsync(counters => counters.Active == 0);
            second.Ask(server.EndPoint, "f");
            (await second.ReceiveAsync())[1].ShouldBe((byte)3);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task LimitOfOpenFiles_IsNotUsedUpByRequestsFromForgedAddresses()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, TransferRig.Content(600).ToArray());
            await using var server = new TestServer(settings => settings with { MaxOpenFiles = 1 }, new ManualTime())
            {
                Opens = request => ValueTask.FromResult<TftpFile?>(TftpFile.FromHandle("disk", File.OpenHandle(path))),
            };
            using var forged = new TestClient();
            using var real = new TestClient();
            forged.Ask(server.EndPoint, "f");
            await forged.ReceiveAsync();
            real.Ask(server.EndPoint, "f");
            await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.TooManyOpenFiles) && counters.Active == 1);

            // Its clock stands still: only the next request can make room.
            real.Ask(server.EndPoint, "other");
            await server.ReportsAsync(1);
            await server.UntilAsync(counters => counters.Active == (real.HasMore ? 1 : 0));
            if (!real.HasMore) real.Ask(server.EndPoint, "f");
            (await real.ReceiveAsync())[1].ShouldBe((byte)3);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task LimitOfAnAddress_LeavesItsFurtherRequestsUnanswered_AndOthersServed()
    {
        await using var server = new TestServer(settings => settings with { MaxTransfersPerAddress = 1 });
        server.Files["f"] = TransferRig.Content(600);
        using var first = new TestClient("127.0.0.2");
        using var second = new TestClient("127.0.0.2");
        using var neighbour = new TestClient("127.0.0.3");
        await BeginAsync(first, server.EndPoint);
        second.Ask(server.EndPoint, "f");
        await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.TooManyFromAddress));
        second.HasMore.ShouldBeFalse();
        await BeginAsync(neighbour, server.EndPoint);
        first.Ack(2);
        await server.TransferAsync();
        await server.UntilAsync(counters => counters.Active == 1);
        await BeginAsync(second, server.EndPoint);
    }

    [Fact]
    public async Task Flood_OfRequestsThatNobodyAnswers_LeavesClientsServed()
    {
        await using var server = new TestServer(settings => settings with { MaxTransfers = 50 });
        server.Files["f"] = TransferRig.Content(600);
        using var known = new TestClient("127.0.0.2");
        await BeginAsync(known, server.EndPoint);

        var flood = Enumerable.Range(0, 400).Select(i => new TestClient($"127.0.{1 + (i / 100)}.{1 + (i % 100)}")).ToArray();
        foreach (var forged in flood) forged.Ask(server.EndPoint, "f");
        await server.UntilAsync(counters => counters.Requests == 401);

        using var another = new TestClient("127.0.0.3");
        await BeginAsync(another, server.EndPoint);
        another.Ack(2);
        known.Ack(2);
        await server.UntilAsync(counters => counters.Outcomes.GetValueOrDefault(TransferOutcome.Completed) == 2);
        server.Counters.Drops.ShouldBeEmpty();
        server.Counters.Active.ShouldBeLessThanOrEqualTo(50);
        foreach (var forged in flood) forged.Dispose();
    }

    /// <summary>Asks for a file of two blocks and acknowledges the first.</summary>
    private static async Task BeginAsync(TestClient client, IPEndPoint server)
    {
        client.Ask(server, "f");
        (await client.ReceiveAsync())[..4].ShouldBe([0, 3, 0, 1]);
        client.Ack(1);
        (await client.ReceiveAsync())[..4].ShouldBe([0, 3, 0, 2]);
    }
}
