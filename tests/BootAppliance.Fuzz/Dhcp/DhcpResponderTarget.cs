using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Fuzz.Dhcp;

/// <summary>
/// From a datagram to its answer, which can be read, is no longer than the client takes, and is meant for who asked. The first byte of the input
/// says how the server is set and how the datagram came.
/// </summary>
public sealed class DhcpResponderTarget : FuzzTarget
{
    private const int BehindTheCookie = 240;
    private const int LongestEcho = 120;

    private static readonly IPAddress Server = IPAddress.Parse("192.0.2.1");

    private static readonly Subnet Local = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.103"))],
        Router = Server,
        DnsServers = [Server, IPAddress.Parse("192.0.2.2")],
        NtpServers = [Server],
        DomainName = "lab.example",
        Options =
        [
            new SubnetOption(DhcpOptionCode.DomainSearch, DomainSearchList.Encode(["lab.example", "example"])),
            new SubnetOption((DhcpOptionCode)252, new byte[300], Always: true),
        ],
    };

    public override string Name => "dhcp-responder";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. from capture in Captures("Dhcp") from seed in Variants(capture) select seed];

    public override void Run(byte[] input)
    {
        if (input.Length == 0 || !DhcpMessage.TryParse(input.AsSpan(1), out var request, out _)) return;
        var settings = new DhcpServerSettings
        {
            Mode = (input[0] & 3) switch { 0 => DhcpMode.Proxy, 1 => DhcpMode.Reservations, _ => DhcpMode.Pool },
            LeaseKey = (input[0] & 4) == 0 ? LeaseKey.Mac : LeaseKey.ClientId,
            Subnets = [Local],
        };
        var arrival = new DhcpArrival("eth1", Server, IsUnicast: (input[0] & 8) != 0)
        {
            BootServerClient = (input[0] & 16) == 0 ? null : IPEndPoint.Parse("192.0.2.100:4011"),
        };
        var time = new ManualTime();
        var world = new World();
        var leases = new LeaseTable(settings.ServedSubnets, world, time, [Server], settings.LeaseKey);
        var responder = new DhcpResponder(settings, leases, world, probe: null, new DhcpJournal(new DhcpCounters(), world, NullLogger<DhcpJournal>.Instance, time), time);

        // The second time there may be a lease, and the memory of the first answer.
        var memory = new DhcpReply();
        for (var round = 0; round < 2; round++)
        {
            var answering = responder.RespondAsync(request, arrival, memory).AsTask();
            Require(answering.IsCompleted, "an answer that waits for nothing");
            if (answering.GetAwaiter().GetResult() is { } reply) Check(request, reply);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static void Check(DhcpMessage request, DhcpReply reply)
    {
        Require(reply.MaximumLength is >= DhcpMessageWriter.DefaultMaximumLength and <= DhcpMessageWriter.LargestLength, $"a longest answer of {reply.MaximumLength}");
        var datagram = new byte[reply.MaximumLength];
        if (!DhcpMessageWriter.TryWrite(reply.Message, datagram, out var length))
        {
            // What the client wants back may alone be too much.
            var echoed = request.Options.Where(o => reply.Message.Options.Get(o.Code).Span.SequenceEqual(o.Value.Span)).Sum(o => o.Value.Length);
            Require(echoed > LongestEcho, $"{length} bytes do not fit {reply.MaximumLength}, of them {echoed} echoed");
            return;
        }

        Require(DhcpMessage.TryParse(datagram.AsSpan(0, length), out var answer, out var error), $"the answer cannot be read: {error}");
        Require(length >= DhcpMessageWriter.MinimumLength, $"an answer of {length} bytes");
        Require(answer!.OpCode == DhcpOpCode.BootReply && answer.MessageType is DhcpMessageType.Offer or DhcpMessageType.Ack or DhcpMessageType.Nak, $"{answer.OpCode} {answer.MessageType}");
        Require(answer.TransactionId == request.TransactionId && answer.ClientHardwareAddress == request.ClientHardwareAddress, "an answer for somebody else");
        Require(answer.YourAddress.Equals(IPAddress.Any) || answer.YourAddress.Equals(request.ClientAddress) || Local.Pools[0].Contains(answer.YourAddress), $"{answer.YourAddress} is nobody's to give");
        if (!request.Options.Contains(DhcpOptionCode.RelayAgentInformation)) return;
        var relayed = request.Options.Get(DhcpOptionCode.RelayAgentInformation).Span;
        Require(answer.Options.Get(DhcpOptionCode.RelayAgentInformation).Span.SequenceEqual(relayed), "the relay's option is not the relay's");
        Require(LastOption(datagram.AsSpan(BehindTheCookie)) == DhcpOptionCode.RelayAgentInformation, "the relay's option is not the last one");
    }

    private static DhcpOptionCode LastOption(ReadOnlySpan<byte> options)
    {
        var last = DhcpOptionCode.Pad;
        for (var at = 0; options[at] != (byte)DhcpOptionCode.End; at += 2 + options[at + 1]) last = (DhcpOptionCode)options[at];
        return last;
    }

    /// <summary>A capture as it is, and with what relays, renewing systems and particular clients add, as each type of message.</summary>
    private static IEnumerable<byte[]> Variants(byte[] capture)
    {
        byte[][] additions =
        [
            [],
            [82, 6, 1, 4, 0, 0, 0, 1],
            [82, 12, 5, 4, 192, 0, 2, 0, 11, 4, 192, 0, 2, 9, 118, 4, 192, 0, 2, 0],
            [54, 4, 192, 0, 2, 1, 50, 4, 192, 0, 2, 100],
            [57, 2, 5, 220, 61, 7, 1, 0x52, 0x54, 0, 0, 0, 1],
            [55, 12, 1, 3, 6, 12, 15, 28, 42, 66, 67, 119, 150, 252],
        ];
        var typeAt = capture.AsSpan().IndexOf((ReadOnlySpan<byte>)[53, 1]) + 2;
        foreach (var addition in additions)
        {
            foreach (var type in (byte[])[1, 3, 4, 7, 8])
            {
                byte[] datagram = [.. capture];
                datagram[typeAt] = type;
                yield return [3, .. datagram[..BehindTheCookie], .. addition, .. datagram[BehindTheCookie..]];
            }
        }
    }

    private sealed class World : ILeaseStore, IBootOfferSource, IDhcpObserver
    {
        public IReadOnlyList<Lease> LoadLeases() => [];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress address) => Task.CompletedTask;

        public BootOffer Choose(DhcpClient client, IPAddress serverAddress) => client.Kind switch
        {
            BootClientKind.Ipxe or BootClientKind.HttpBoot => new BootOffer(serverAddress, $"http://{serverAddress}/v1/boot/52-54-00-12-34-56/boot.ipxe", IsUrl: true),
            _ => new BootOffer(serverAddress, "ipxe.efi", IsUrl: false) { Form = (PxeReplyForm)(client.Architectures.Count % 4) },
        };

        public bool IsKnown(HardwareAddress address) => address.ToArray()[^1] % 2 == 0;

        public void Answered(DhcpExchange exchange)
        {
        }

        public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail)
        {
        }

        public void Noticed(DhcpNotice notice)
        {
        }
    }
}
