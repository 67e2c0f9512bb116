using System.Collections.Concurrent;
using System.Net;
using System.Text;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>A responder on 192.0.2.0/24 with everything around it, and without a socket.</summary>
internal sealed class ResponderRig : IBootOfferSource, IDhcpObserver, IAddressProbe
{
    public static readonly IPAddress ServerAddress = IPAddress.Parse("192.0.2.1");
    public static readonly IPAddress RelayAddress = IPAddress.Parse("198.18.0.1");

    private LeaseTable? leases;
    private DhcpResponder? responder;

    public ManualTime Time { get; } = new();

    public MemoryLeaseStore Store { get; init; } = new();

    public DhcpCounters Counters { get; } = new();

    public ConcurrentQueue<(DhcpDropReason Reason, string Detail)> Drops { get; } = [];

    public ConcurrentQueue<DhcpExchange> Exchanges { get; } = [];

    public ConcurrentQueue<DhcpNotice> Notices { get; } = [];

    /// <summary>Ends when something is dropped.</summary>
    public TaskCompletionSource FirstDrop { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HashSet<HardwareAddress> Known { get; } = [];

    /// <summary>A machine whose mere mention is a defect of ours.</summary>
    public HardwareAddress? Cursed { get; set; }

    /// <summary>What was set for every node.</summary>
    public PxeReplyForm Form { get; set; }

    /// <summary>Addresses that answer ARP.</summary>
    public Dictionary<IPAddress, HardwareAddress> OnTheLink { get; } = [];

    public List<IPAddress> Probed { get; } = [];

    /// <summary>How the link answers, where it does not at once.</summary>
    public Func<IPAddress, Task<HardwareAddress?>>? Link { get; set; }

    public DhcpServerSettings Settings { get; set; } = new() { Subnets = [Local, Remote] };

    public LeaseTable Leases => leases ??= new LeaseTable(Settings.ServedSubnets, Store, Time, [ServerAddress], Settings.LeaseKey);

    public DhcpJournal Journal => new(Counters, this, NullLogger<DhcpJournal>.Instance, Time);

    public DhcpResponder Responder => responder ??= new DhcpResponder(Settings, Leases, this, this, Journal, Time);

    public static Subnet Local { get; } = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.109"))],
        Router = IPAddress.Parse("192.0.2.1"),
        DnsServers = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")],
        NtpServers = [IPAddress.Parse("192.0.2.3")],
        DomainName = "lab.example",
        Reservations = [new Reservation(Mac(10), IPAddress.Parse("192.0.2.10"), "node10")],
    };

    public static Subnet Remote { get; } = new()
    {
        Prefix = IPNetwork.Parse("198.18.0.0/24"),
        Pools = [new AddressPool(IPAddress.Parse("198.18.0.100"), IPAddress.Parse("198.18.0.109"))],
    };

    public static HardwareAddress Mac(int last) => new(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0, 0, (byte)last]);

    public static DhcpMessage Message(
        DhcpMessageType type, int client = 1, DhcpOptionsBuilder? options = null, string ciaddr = "0.0.0.0", string giaddr = "0.0.0.0", bool broadcast = false) => new()
        {
            OpCode = DhcpOpCode.BootRequest,
            TransactionId = 0x12345678,
            Flags = broadcast ? (ushort)0x8000 : (ushort)0,
            ClientAddress = IPAddress.Parse(ciaddr),
            RelayAddress = IPAddress.Parse(giaddr),
            ClientHardwareAddress = Mac(client),
            MessageType = type,
            Options = (options ?? new DhcpOptionsBuilder()).Build(),
        };

    /// <summary>A DHCPREQUEST with server identifier, requested address and ciaddr where they are given.</summary>
    public static DhcpMessage Request(
        int client = 1, string? server = null, string? requested = null, string ciaddr = "0.0.0.0", string giaddr = "0.0.0.0")
    {
        var options = new DhcpOptionsBuilder();
        if (server is not null) options.Add(DhcpOptionCode.ServerIdentifier, IPAddress.Parse(server));
        if (requested is not null) options.Add(DhcpOptionCode.RequestedAddress, IPAddress.Parse(requested));
        return Message(DhcpMessageType.Request, client, options, ciaddr, giaddr);
    }

    public Task<DhcpReply?> Ask(DhcpMessage message, bool unicast = false) =>
        Responder.RespondAsync(message, new DhcpArrival("eth1", ServerAddress, unicast)).AsTask();

    /// <summary>Asks port 4011, from a port of the client.</summary>
    public Task<DhcpReply?> AskBootServer(DhcpMessage message, int port = 68) => Responder.RespondAsync(
        message, new DhcpArrival("eth1", ServerAddress, IsUnicast: true) { BootServerClient = new IPEndPoint(IPAddress.Parse("192.0.2.66"), port) }).AsTask();

    /// <summary>The reply in one line: type, address and seconds of the lease, or why there is none.</summary>
    public async Task<string> Outcome(DhcpMessage message, bool unicast = false)
    {
        var before = Drops.Count;
        if (await Ask(message, unicast) is not { } reply) return Drops.Count > before ? Drops.Last().Reason.ToString() : "silence";
        var lease = reply.Message.LeaseTime is { } time ? $" {time.TotalSeconds}" : "";
        return $"{reply.Message.MessageType} {reply.Message.YourAddress}{lease}";
    }

    /// <summary>A message as text, for comparing it whole: the header fields that are not zero, then the options in their order.</summary>
    public static string Describe(DhcpMessage message)
    {
        var text = new StringBuilder();
        text.Append(message.MessageType.ToRfcName()).Append($" xid {message.TransactionId:x8} chaddr {message.ClientHardwareAddress}");
        if (message.Flags != 0) text.Append($" flags {message.Flags:x4}");
        foreach (var (name, address) in new[]
        {
            ("ciaddr", message.ClientAddress), ("yiaddr", message.YourAddress), ("siaddr", message.NextServerAddress), ("giaddr", message.RelayAddress),
        })
        {
            if (!address.Equals(IPAddress.Any)) text.Append($" {name} {address}");
        }

        if (message.ServerName.Length > 0) text.Append($" sname {message.ServerName}");
        if (message.BootFileName.Length > 0) text.Append($" file {message.BootFileName}");
        foreach (var option in message.Options) text.Append('\n').Append($"{(byte)option.Code} {Value(option)}");
        return text.ToString();
    }

    public BootOffer? Choose(DhcpClient client, IPAddress serverAddress) => client.Kind switch
    {
        BootClientKind.BiosPxe => new BootOffer(serverAddress, "undionly.kpxe", IsUrl: false) { Form = Form },
        BootClientKind.UefiPxe => new BootOffer(serverAddress, "ipxe.efi", IsUrl: false) { Form = Form },
        BootClientKind.HttpBoot => new BootOffer(serverAddress, $"http://{serverAddress}/firmware/ipxe.efi", IsUrl: true),
        BootClientKind.Ipxe => new BootOffer(serverAddress, $"http://{serverAddress}/boot.ipxe", IsUrl: true),
        _ => throw new InvalidOperationException("Only boot clients are asked about."),
    };

    public bool IsKnown(HardwareAddress address) => address == Cursed ? throw new InvalidOperationException("cursed") : Known.Contains(address);

    public void Answered(DhcpExchange exchange) => Exchanges.Enqueue(exchange);

    public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail)
    {
        Drops.Enqueue((reason, detail));
        FirstDrop.TrySetResult();
    }

    public void Noticed(DhcpNotice notice) => Notices.Enqueue(notice);

    public Task<HardwareAddress?> FindHolderAsync(IPAddress address)
    {
        lock (Probed) Probed.Add(address);
        if (Link is not null) return Link(address);
        return Task.FromResult(OnTheLink.TryGetValue(address, out var holder) ? holder : (HardwareAddress?)null);
    }

    private static string Value(DhcpOption option)
    {
        var bytes = option.Value.Span;
        return option.Code switch
        {
            DhcpOptionCode.LeaseTime or DhcpOptionCode.RenewalTime or DhcpOptionCode.RebindingTime => $"{Convert.ToUInt32(Convert.ToHexString(bytes), 16)} s",
            DhcpOptionCode.ServerIdentifier or DhcpOptionCode.SubnetMask or DhcpOptionCode.Router or DhcpOptionCode.DomainNameServer
                or DhcpOptionCode.NtpServers or DhcpOptionCode.BroadcastAddress => string.Join(' ', bytes.ToArray().Chunk(4).Select(c => new IPAddress(c).ToString())),
            _ when !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') => $"\"{Encoding.ASCII.GetString(bytes)}\"",
            _ => Convert.ToHexString(bytes),
        };
    }
}
