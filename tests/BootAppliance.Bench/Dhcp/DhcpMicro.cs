using System.Buffers.Binary;
using System.Net;
using BenchmarkDotNet.Attributes;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Bench.Dhcp;

/// <summary>What a packet costs from its bytes to those of the answer, without the network and the disk.</summary>
[MemoryDiagnoser]
public class DhcpMicro : IBootOfferSource, IDhcpObserver, ILeaseStore, IDisposable
{
    private static readonly IPAddress Server = IPAddress.Parse("198.18.0.1");
    private static readonly DhcpArrival Arrival = new("eth1", Server, IsUnicast: false);

    private readonly BootOffer loader = new(Server, "ipxe.efi", IsUrl: false);
    private readonly DhcpTurn turn = new(_ => { });
    private readonly DhcpCounters counters = new();
    private readonly byte[] discover = Message(DhcpMessageType.Discover, pxe: false);
    private readonly byte[] pxeDiscover = Message(DhcpMessageType.Discover, pxe: true);
    private readonly byte[] request = Message(DhcpMessageType.Request, pxe: false);
    private DhcpResponder? responder;

    [GlobalSetup]
    public void Begin()
    {
        var settings = new DhcpServerSettings
        {
            Subnets = [new Subnet { Prefix = IPNetwork.Parse("198.18.0.0/15"), Pools = [new AddressPool(IPAddress.Parse("198.18.1.0"), IPAddress.Parse("198.18.254.255"))] }],
        };
        var leases = new LeaseTable(settings.ServedSubnets, this, TimeProvider.System, [Server]);
        responder = new DhcpResponder(settings, leases, this, probe: null, new DhcpJournal(counters, this, NullLogger<DhcpJournal>.Instance, TimeProvider.System), TimeProvider.System);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        counters.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int DiscoverToOffer() => Answer(discover);

    [Benchmark]
    public int PxeDiscoverToOffer() => Answer(pxeDiscover);

    [Benchmark]
    public int RequestToAck() => Answer(request);

    /// <inheritdoc/>
    public BootOffer? Choose(DhcpClient client, IPAddress serverAddress) => loader;

    /// <inheritdoc/>
    public bool IsKnown(HardwareAddress address) => false;

    /// <inheritdoc/>
    public void Answered(DhcpExchange exchange) { }

    /// <inheritdoc/>
    public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail) => throw new InvalidOperationException($"{reason} {detail}");

    /// <inheritdoc/>
    public void Noticed(DhcpNotice notice) { }

    /// <inheritdoc/>
    public IReadOnlyList<Lease> LoadLeases() => [];

    /// <inheritdoc/>
    public ValueTask SaveLeaseAsync(Lease lease) => default;

    /// <inheritdoc/>
    public Task RemoveLeaseAsync(IPAddress address) => Task.CompletedTask;

    private static byte[] Message(DhcpMessageType type, bool pxe)
    {
        byte[] wanted = [53, 1, (byte)type, 55, 6, 1, 3, 6, 12, 15, 66, .. type == DhcpMessageType.Request ? (byte[])[54, 4, 198, 18, 0, 1, 50, 4, 198, 18, 1, 0] : []];
        byte[] firmware = pxe ? [60, 9, .. "PXEClient"u8, 93, 2, 0, 7] : [];
        var message = new byte[300];
        (message[0], message[1], message[2]) = (1, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(28), 0x02000000);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x63825363);
        ((byte[])[.. wanted, .. firmware, 255]).CopyTo(message, 240);
        return message;
    }

    private int Answer(byte[] datagram)
    {
        turn.Request.Read(datagram);
        turn.Begin(responder!.RespondAsync(turn.Request, Arrival, turn.Memory));
        turn.TryWrite(turn.TakeReply()!, out var length);
        return length;
    }
}
