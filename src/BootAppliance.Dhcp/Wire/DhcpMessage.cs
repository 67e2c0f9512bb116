using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// A DHCP message (RFC 2131 section 2), read from the wire or made to be written. It does not change, except where the packet path takes its
/// memory for the next packet.
/// </summary>
public sealed partial class DhcpMessage
{
    private static readonly Header blank = new()
    {
        ClientAddress = IPAddress.Any,
        YourAddress = IPAddress.Any,
        NextServerAddress = IPAddress.Any,
        RelayAddress = IPAddress.Any,
        ServerName = "",
        BootFileName = "",
        Options = DhcpOptions.Empty,
    };

    private Header header;

    /// <summary>A message to be filled in.</summary>
    public DhcpMessage() => header = blank;

    [SetsRequiredMembers]
    private DhcpMessage(Header header) => this.header = header;

    /// <summary>Which way it goes, <c>op</c>.</summary>
    public required DhcpOpCode OpCode { get => header.OpCode; init => header.OpCode = value; }

    /// <summary>How many relays it passed, <c>hops</c>.</summary>
    public byte Hops { get => header.Hops; init => header.Hops = value; }

    /// <summary>The transaction id, <c>xid</c>.</summary>
    public required uint TransactionId { get => header.TransactionId; init => header.TransactionId = value; }

    /// <summary>Seconds since the client began, <c>secs</c>.</summary>
    public ushort SecondsElapsed { get => header.SecondsElapsed; init => header.SecondsElapsed = value; }

    /// <summary>All of <c>flags</c>; a server copies what it does not know.</summary>
    public ushort Flags { get => header.Flags; init => header.Flags = value; }

    /// <summary>The address that the client has and answers for, <c>ciaddr</c>.</summary>
    public IPAddress ClientAddress { get => header.ClientAddress; init => header.ClientAddress = value; }

    /// <summary>The address given to the client, <c>yiaddr</c>.</summary>
    public IPAddress YourAddress { get => header.YourAddress; init => header.YourAddress = value; }

    /// <summary>The server of the next boot step, <c>siaddr</c>.</summary>
    public IPAddress NextServerAddress { get => header.NextServerAddress; init => header.NextServerAddress = value; }

    /// <summary>The relay agent, <c>giaddr</c>.</summary>
    public IPAddress RelayAddress { get => header.RelayAddress; init => header.RelayAddress = value; }

    /// <summary>The client's hardware address, <c>htype</c>, <c>hlen</c> and <c>chaddr</c>.</summary>
    public required HardwareAddress ClientHardwareAddress { get => header.ClientHardwareAddress; init => header.ClientHardwareAddress = value; }

    /// <summary>The server's name, <c>sname</c>; empty when the field holds options.</summary>
    public string ServerName { get => header.ServerName; init => header.ServerName = value; }

    /// <summary>The boot file, <c>file</c>; empty when the field holds options.</summary>
    public string BootFileName { get => header.BootFileName; init => header.BootFileName = value; }

    /// <summary>What it is for, option 53.</summary>
    public required DhcpMessageType MessageType { get => header.MessageType; init => header.MessageType = value; }

    /// <summary>The options except Pad, End, 52 and 53.</summary>
    public DhcpOptions Options { get => header.Options; init => header.Options = value; }

    /// <summary>Options that are written into <c>file</c>, which then has no name in it (option 52, RFC 2132 section 9.3); a message that was read has them in <see cref="Options"/>.</summary>
    public DhcpOptions BootFileNameOptions { get; init; } = DhcpOptions.Empty;

    /// <summary>Options that are written into <c>sname</c>, like <see cref="BootFileNameOptions"/>.</summary>
    public DhcpOptions ServerNameOptions { get; init; } = DhcpOptions.Empty;

    /// <summary>Bit 15 of <c>flags</c>: the client cannot yet receive unicast.</summary>
    public bool BroadcastFlag => (Flags & BroadcastBit) != 0;

    /// <summary>Whether a relay agent passed it on.</summary>
    public bool IsRelayed => !RelayAddress.Equals(IPAddress.Any);

    /// <summary>Option 50.</summary>
    public IPAddress? RequestedAddress => Options.GetAddress(DhcpOptionCode.RequestedAddress);

    /// <summary>Option 54.</summary>
    public IPAddress? ServerIdentifier => Options.GetAddress(DhcpOptionCode.ServerIdentifier);

    /// <summary>Option 51.</summary>
    public TimeSpan? LeaseTime => Options.GetUInt32(DhcpOptionCode.LeaseTime) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Option 12.</summary>
    public string? HostName => Options.GetText(DhcpOptionCode.HostName);

    /// <summary>Option 57, bytes of the largest IP datagram that the client takes.</summary>
    public int? MaximumMessageSize => Options.GetUInt16(DhcpOptionCode.MaximumMessageSize);

    /// <summary>Option 60.</summary>
    public string? VendorClass => Options.GetText(DhcpOptionCode.VendorClassIdentifier);

    /// <summary>Option 118: the network that the client wants its address from (RFC 3011).</summary>
    public IPAddress? SubnetSelection => Options.GetAddress(DhcpOptionCode.SubnetSelection);

    /// <summary>Option 82, sub-option 5: the network that the relay says the client is on (RFC 3527).</summary>
    public IPAddress? LinkSelection => GetFromRelay(RelayAgentOption.LinkSelection);

    /// <summary>Option 82, sub-option 11: what the relay wants to stand in option 54 (RFC 5107).</summary>
    public IPAddress? ServerIdentifierOverride => GetFromRelay(RelayAgentOption.ServerIdentifierOverride);

    /// <summary>Option 77. iPXE sends its name raw, not in the length-prefixed form of RFC 3004; both are read.</summary>
    public IReadOnlyList<string> UserClasses => ReadUserClasses(Options.Get(DhcpOptionCode.UserClass).Span);

    /// <summary>Option 93, a list; an odd last byte is left out.</summary>
    public IReadOnlyList<ClientArchitecture> ClientArchitectures
    {
        get
        {
            var reader = new DhcpReader(Options.Get(DhcpOptionCode.ClientArchitecture).Span);
            var list = new List<ClientArchitecture>(reader.Remaining / 2);
            while (reader.Remaining >= 2) list.Add((ClientArchitecture)reader.ReadUInt16());
            return list;
        }
    }

    /// <summary>Option 61; null where it is shorter than RFC 2132 section 9.14 allows.</summary>
    public ClientIdentifier? ClientIdentifier =>
        Options.Get(DhcpOptionCode.ClientIdentifier).Span is { Length: >= ClientIdentifier.MinimumLength } value ? new ClientIdentifier(value) : null;

    /// <summary>Option 97 when it is a UUID (type 0), in the order of its bytes; firmware differs in which order that is.</summary>
    public Guid? MachineIdentifier =>
        Options.Get(DhcpOptionCode.ClientMachineIdentifier).Span is [0, .. { Length: 16 } uuid] ? new Guid(uuid, bigEndian: true) : null;

    /// <summary>Option 175, if it is there.</summary>
    public IpxeOptions? Ipxe =>
        Options.Contains(DhcpOptionCode.IpxeEncapsulated) ? IpxeOptions.Parse(Options.Get(DhcpOptionCode.IpxeEncapsulated).Span) : null;

    /// <summary>Whether option 55 names an option.</summary>
    public bool AsksByName(DhcpOptionCode code) => Options.Get(DhcpOptionCode.ParameterRequestList).Span.Contains((byte)code);

    /// <summary>Whether option 55 names an option; a client that sends no such list wants everything.</summary>
    public bool AsksFor(DhcpOptionCode code) => AsksByName(code) || !Options.Contains(DhcpOptionCode.ParameterRequestList);

    /// <summary>The same message with other options.</summary>
    internal DhcpMessage WithOptions(DhcpOptions options, DhcpOptions? inBootFileName = null, DhcpOptions? inServerName = null) => new()
    {
        OpCode = OpCode,
        Hops = Hops,
        TransactionId = TransactionId,
        SecondsElapsed = SecondsElapsed,
        Flags = Flags,
        ClientAddress = ClientAddress,
        YourAddress = YourAddress,
        NextServerAddress = NextServerAddress,
        RelayAddress = RelayAddress,
        ClientHardwareAddress = ClientHardwareAddress,
        ServerName = ServerName,
        BootFileName = BootFileName,
        MessageType = MessageType,
        Options = options,
        BootFileNameOptions = inBootFileName ?? DhcpOptions.Empty,
        ServerNameOptions = inServerName ?? DhcpOptions.Empty,
    };

    /// <summary>Makes another message of this one, which nobody reads any more.</summary>
    internal void Rewrite(Header fields) => header = fields;

    /// <summary>A message whose memory can be used for one packet after the other.</summary>
    internal static DhcpMessage MakeReusable() => new(blank with { Options = new DhcpOptions() });

    // Without giaddr there is no relay, and what a client says in its name decides nothing.
    private IPAddress? GetFromRelay(RelayAgentOption option) =>
        IsRelayed ? RelayAgentInformation.GetAddress(Options.Get(DhcpOptionCode.RelayAgentInformation).Span, option) : null;

    private static List<string> ReadUserClasses(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return [];
        var classes = new List<string>();
        var reader = new DhcpReader(value);
        while (reader.Remaining > 0 && !reader.Overrun) classes.Add(DhcpOptions.ToText(reader.ReadBytes(reader.ReadByte())));
        return reader.Overrun ? [DhcpOptions.ToText(value)] : classes;
    }

    /// <summary>Every field of a message, so that all of them can be set at once.</summary>
    internal struct Header
    {
        public DhcpOpCode OpCode;
        public byte Hops;
        public uint TransactionId;
        public ushort SecondsElapsed;
        public ushort Flags;
        public IPAddress ClientAddress;
        public IPAddress YourAddress;
        public IPAddress NextServerAddress;
        public IPAddress RelayAddress;
        public HardwareAddress ClientHardwareAddress;
        public string ServerName;
        public string BootFileName;
        public DhcpMessageType MessageType;
        public DhcpOptions Options;
    }
}
