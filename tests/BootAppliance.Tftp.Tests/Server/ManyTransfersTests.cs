using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class ManyTransfersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoHundredClients_AreServedAtOnce(bool singlePort)
    {
        await using var server = new TestServer(settings => settings with { SinglePort = singlePort, MaxTransfersPerAddress = 200 });
        var content = TransferRig.Content(300_000);
        server.Files["loader"] = content;
        var clients = Enumerable.Range(0, 200).Select(_ => new TestClient()).ToArray();
        var fetched = await Task.WhenAll(clients.Select((client, i) => client.FetchAsync(server.EndPoint, "loader", 1468, (i % 4) + 1)));
        foreach (var file in fetched) file.AsSpan().SequenceEqual(content).ShouldBeTrue();
        clients.ShouldAllBe(client => client.Sender!.Port == server.EndPoint.Port == singlePort);
        await server.ReportsAsync(200);
        server.Counters.Outcomes.ShouldBe(new Dictionary<TransferOutcome, long> { [TransferOutcome.Completed] = 200 });
        server.Counters.Bytes.ShouldBe(200L * 300_000);
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task Ipv6Client_IsServed()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        await using var server = new TestServer(settings => settings with { EndPoint = IPEndPoint.Parse("[::1]:0") });
        var content = TransferRig.Content(300_000);
        server.Files["f"] = content;
        using var client = new TestClient("::1");
        (await client.FetchAsync(server.EndPoint, "f", 1428, 16)).ShouldBe(content);
    }

    [Theory]
    [InlineData(16000, 8)]
    [InlineData(8, 64)]
    public async Task Window_ArrivesWhole_WhateverTheSizeOfItsBlocks(int blockSize, int windowSize)
    {
        await using var server = new TestServer();
        var content = TransferRig.Content(blockSize * 150);
        server.Files["f"] = content;
        using var client = new TestClient();
        (await client.FetchAsync(server.EndPoint, "f", blockSize, windowSize)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task PortRange_OfOnePort_ServesAllClients()
    {
        var range = FreeRange(1);
        await using var server = new TestServer(settings => settings with { DataPorts = range });
        var content = TransferRig.Content(100_000);
        server.Files["f"] = content;
        var clients = Enumerable.Range(0, 20).Select(_ => new TestClient()).ToArray();
        foreach (var file in await Task.WhenAll(clients.Select(client => client.FetchAsync(server.EndPoint, "f", 1468, 2)))) file.ShouldBe(content);
        clients.ShouldAllBe(client => client.Sender!.Port == range.First);
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task PortRange_ThatIsTaken_LeavesRequestsUnanswered_UntilOneIsFree()
    {
        var range = FreeRange(1);
        await using var server = new TestServer(settings => settings with { DataPorts = range });
        server.Files["f"] = TransferRig.Content(10);
        using var client = new TestClient();
        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            other.Bind(new IPEndPoint(IPAddress.Loopback, range.First));
            client.Ask(server.EndPoint, "f");
            await server.UntilAsync(counters => counters.Drops.ContainsKey(TftpDropReason.NoFreePort) && counters.Active == 0);
            client.HasMore.ShouldBeFalse();
        }

        client.Ask(server.EndPoint, "f");
        (await client.ReceiveAsync())[1].ShouldBe((byte)3);
    }

    [Fact]
    public async Task PortRange_PassesOverAPortThatAnotherProcessHas()
    {
        var range = FreeRange(2);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, range.First));
        await using var server = new TestServer(settings => settings with { DataPorts = range });
        server.Files["f"] = TransferRig.Content(10);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        client.Sender!.Port.ShouldBe(range.Last);
    }

    [Fact]
    public async Task Meter_ShowsTheCounts()
    {
        await using var server = new TestServer();
        server.Files["f"] = TransferRig.Content(10);
        using var client = new TestClient();
        client.Ask(server.EndPoint, "f");
        await client.ReceiveAsync();
        client.Ack(1);
        await server.TransferAsync();

        // Servers of other tests have meters of the same name: at least ours must be there.
        var completed = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TftpMetrics.MeterName && instrument.Name == "tftp.transfers") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => completed += tags[0].Value as string == "Completed" ? value : 0);
        listener.Start();
        listener.RecordObservableInstruments();
        completed.ShouldBeGreaterThanOrEqualTo(1);
    }

    /// <summary>Ports in a row that were free a moment ago, below the range from which the kernel picks ports by itself.</summary>
    private static TftpPortRange FreeRange(int count)
    {
        for (var first = 20_000 + (Environment.ProcessId % 5000); ; first += count)
        {
            if (Enumerable.Range(first, count).All(IsFree)) return new TftpPortRange(first, first + count - 1);
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
