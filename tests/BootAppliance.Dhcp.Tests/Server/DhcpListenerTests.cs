using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>The listener on loopback, asked by clients that have addresses: no root is needed to reach those.</summary>
public sealed class DhcpListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ResponderRig rig = new()
    {
        Settings = new DhcpServerSettings
        {
            Subnets = [new Subnet { Prefix = IPNetwork.Parse("127.0.0.0/8"), Pools = [new AddressPool(IPAddress.Parse("127.0.0.100"), IPAddress.Parse("127.0.0.109"))] }],
        },
    };

    private readonly UdpClient client = new(new IPEndPoint(IPAddress.Parse("127.0.0.100"), 0));
    private DhcpListener? listener;

    private int ClientPort => ((IPEndPoint)client.Client.LocalEndPoint!).Port;

    [Fact]
    public async Task Listener_AnswersAndReportsWhatItSent()
    {
        Start();
        await Send(ResponderRig.Message(DhcpMessageType.Inform, ciaddr: "127.0.0.100"));
        (await Receive()).MessageType.ShouldBe(DhcpMessageType.Ack);
        await listener!.DisposeAsync();
        rig.Exchanges.Single().Sent.ShouldBe(DhcpMessageType.Ack);
        rig.Counters.Snapshot().Sent.ShouldBe(new Dictionary<DhcpMessageType, long> { [DhcpMessageType.Ack] = 1 });
    }

    [Fact]
    public async Task Listener_OutlivesMalformedPacketsAndItsOwnDefects()
    {
        rig.Cursed = ResponderRig.Mac(66);
        Start();
        await client.SendAsync(new byte[] { 1, 2, 3 }, new IPEndPoint(IPAddress.Loopback, listener!.LocalEndPoint!.Port));
        await Send(ResponderRig.Request(66, ciaddr: "127.0.0.101"));
        await Send(ResponderRig.Message(DhcpMessageType.Inform, ciaddr: "127.0.0.100"));
        (await Receive()).MessageType.ShouldBe(DhcpMessageType.Ack);
        await listener.DisposeAsync();
        rig.Counters.Snapshot().Dropped.ShouldBe(
            new Dictionary<DhcpDropReason, long> { [DhcpDropReason.Malformed] = 1, [DhcpDropReason.InternalError] = 1 });
    }

    [Fact]
    public async Task Listener_DoesNotLetOnePacketsWriteHoldUpAnother()
    {
        var disk = new TaskCompletionSource();
        rig.Store.Disk = disk.Task;
        Start();
        await Send(ResponderRig.Request(1, ciaddr: "127.0.0.100"));
        await Send(ResponderRig.Message(DhcpMessageType.Inform, client: 2, ciaddr: "127.0.0.100"));
        (await Receive()).ClientHardwareAddress.ShouldBe(ResponderRig.Mac(2));
        rig.Store.Leases.ShouldBeEmpty();

        disk.SetResult();
        (await Receive()).ClientHardwareAddress.ShouldBe(ResponderRig.Mac(1));
        rig.Store.Leases.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Listener_DropsAndCounts_WhatIsMoreThanItCanHold()
    {
        var disk = new TaskCompletionSource();
        rig.Store.Disk = disk.Task;
        Start(maximumUnderWay: 1);
        await Send(ResponderRig.Request(1, ciaddr: "127.0.0.100"));
        await Send(ResponderRig.Message(DhcpMessageType.Inform, client: 2, ciaddr: "127.0.0.100"));
        await rig.FirstDrop.Task.WaitAsync(Patience);
        rig.Drops.Single().Reason.ShouldBe(DhcpDropReason.Overloaded);

        disk.SetResult();
        (await Receive()).ClientHardwareAddress.ShouldBe(ResponderRig.Mac(1));
    }

    [Fact]
    public async Task Dispose_LetsWhatIsUnderWayEnd()
    {
        var disk = new TaskCompletionSource();
        rig.Store.Disk = disk.Task;
        Start();
        await Send(ResponderRig.Request(1, ciaddr: "127.0.0.100"));
        await Send(ResponderRig.Message(DhcpMessageType.Inform, client: 2, ciaddr: "127.0.0.100"));
        await Receive(); // so the first has arrived too
        var disposing = listener!.DisposeAsync().AsTask();
        disposing.IsCompleted.ShouldBeFalse();
        disk.SetResult();
        await disposing.WaitAsync(Patience);
        (await Receive()).ClientHardwareAddress.ShouldBe(ResponderRig.Mac(1));
    }

    [Fact]
    public async Task BootServer_AnswersFromItsPort_ToThePortThatAsked()
    {
        Start(isBootServer: true);
        using var firmware = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.101"), 0)); // not the port of DHCP clients
        var request = ResponderRig.Message(
            DhcpMessageType.Request, ciaddr: "127.0.0.101", options: new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00007:UNDI:003000"));
        await Send(request, firmware);
        var received = await firmware.ReceiveAsync().WaitAsync(Patience);
        received.RemoteEndPoint.Port.ShouldBe(listener!.LocalEndPoint!.Port, "iPXE looks at it");
        DhcpMessage.TryParse(received.Buffer, out var reply, out _).ShouldBeTrue();
        (reply!.MessageType, reply.BootFileName).ShouldBe((DhcpMessageType.Ack, "ipxe.efi"));
    }

    [Fact]
    public void Start_SaysThatThePortIsTaken()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // as other servers do
        other.Bind(new IPEndPoint(IPAddress.Any, 0));
        Should.Throw<SocketException>(() => Start(serverPort: ((IPEndPoint)other.LocalEndPoint!).Port)).SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (listener is not null) await listener.DisposeAsync();
    }

    private void Start(int serverPort = 0, int maximumUnderWay = 100, bool isBootServer = false)
    {
        var settings = new DhcpListenerSettings
        {
            Address = IPAddress.Loopback,
            ServerPort = serverPort,
            ClientPort = ClientPort,
            MaximumUnderWay = maximumUnderWay,
            IsBootServer = isBootServer,
        };
        listener = new DhcpListener(settings, rig.Responder, rig.Journal, TimeProvider.System);
        listener.Start();
    }

    private async Task Send(DhcpMessage message, UdpClient? from = null)
    {
        var datagram = new byte[1472];
        DhcpMessageWriter.TryWrite(message, datagram, out var length).ShouldBeTrue();
        await (from ?? client).SendAsync(datagram.AsMemory(0, length), new IPEndPoint(IPAddress.Loopback, listener!.LocalEndPoint!.Port));
    }

    private async Task<DhcpMessage> Receive()
    {
        var received = await client.ReceiveAsync().WaitAsync(Patience);
        DhcpMessage.TryParse(received.Buffer, out var message, out _).ShouldBeTrue();
        return message!;
    }
}
