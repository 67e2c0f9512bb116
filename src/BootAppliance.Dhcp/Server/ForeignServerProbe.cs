using System.Net;
using System.Security.Cryptography;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Another DHCP server on the link, and what it offered.</summary>
/// <param name="Address">The source of its packet.</param>
/// <param name="ServerIdentifier">Option 54.</param>
/// <param name="OfferedAddress">The address that it would give; 0.0.0.0 from a proxyDHCP server.</param>
/// <param name="BootFile">The boot file in its offer, if it has one.</param>
public sealed record ForeignServer(IPAddress Address, IPAddress? ServerIdentifier, IPAddress OfferedAddress, string? BootFile)
{
    /// <summary>Option 60 of its offer, or null: with <c>PXEClient</c> it sends firmware on to its own port 4011.</summary>
    public string? VendorClass { get; init; }

    /// <summary>Whether it gives addresses, in contrast to a proxy.</summary>
    public bool GivesAddresses => !OfferedAddress.Equals(IPAddress.Any);

    /// <summary>Whether it may be there: it was named, or this server gives no addresses itself.</summary>
    public bool IsExpected(DhcpMode mode, IReadOnlyCollection<IPAddress> known) =>
        known.Contains(Address) || (ServerIdentifier is not null && known.Contains(ServerIdentifier)) || (mode == DhcpMode.Proxy && GivesAddresses);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Address} (offered {(GivesAddresses ? OfferedAddress : "no address")}{(BootFile is null ? "" : $", boot file {BootFile}")}{(VendorClass is null ? "" : $", option 60 {VendorClass}")})";
}

/// <summary>
/// Looks for other DHCP servers by asking for an address like a PXE client. Needs CAP_NET_RAW, but not port 68: a DHCP client of this
/// machine is no obstacle.
/// </summary>
public static class ForeignServerProbe
{
    private const int ServerPort = 67;
    private const int ClientPort = 68;
    private const int LargestFrame = 9018;

    /// <summary>
    /// Asks once, in the middle again, and collects who offers something until the time is over. Our own server, which does not hear what this machine sends, is not found.
    /// </summary>
    public static async Task<IReadOnlyList<ForeignServer>> FindAsync(string interfaceName, TimeSpan duration, TimeProvider time, CancellationToken cancellation)
    {
        using var socket = new PacketSocket(interfaceName, UdpFrame.EtherType);
        using var end = new CancellationTokenSource(duration, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
        var discover = MakeDiscover();
        var found = new Dictionary<IPAddress, ForeignServer>();
        var collecting = CollectAsync(socket, discover, found, ending.Token);
        Send(socket, discover);
        if (await Task.WhenAny(collecting, Task.Delay(duration / 2, time, cancellation)) != collecting) Send(socket, discover);
        await collecting;
        cancellation.ThrowIfCancellationRequested();
        return [.. found.Values];
    }

    private static DhcpMessage MakeDiscover()
    {
        // A MAC of nobody (locally administered, unicast), so that no server's record of a real machine is touched.
        byte[] mac = [0x02, .. RandomNumberGenerator.GetBytes(5)];
        return new DhcpMessage
        {
            OpCode = DhcpOpCode.BootRequest,
            TransactionId = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
            Flags = DhcpMessage.BroadcastBit,
            ClientHardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, mac),
            MessageType = DhcpMessageType.Discover,
            Options = new DhcpOptionsBuilder()
                .Add(DhcpOptionCode.ParameterRequestList, new byte[]
                {
                    (byte)DhcpOptionCode.SubnetMask, (byte)DhcpOptionCode.Router, (byte)DhcpOptionCode.ServerIdentifier, (byte)DhcpOptionCode.BootFileName,
                })
                .Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00000:UNDI:002001") // or servers that only answer PXE stay hidden
                .Add(DhcpOptionCode.ClientArchitecture, new byte[] { 0, (byte)ClientArchitecture.X86Bios })
                .Build(),
        };
    }

    private static void Send(PacketSocket socket, DhcpMessage discover)
    {
        var payload = new byte[DhcpMessageWriter.DefaultMaximumLength];
        DhcpMessageWriter.TryWrite(discover, payload, out var length);
        var source = new IPEndPoint(IPAddress.Any, ClientPort);
        var destination = new IPEndPoint(IPAddress.Broadcast, ServerPort);
        socket.Send(UdpFrame.Write(socket.LocalAddress, EthernetHeader.Broadcast, source, destination, payload.AsSpan(0, length)));
    }

    private static async Task CollectAsync(
        PacketSocket socket, DhcpMessage discover, Dictionary<IPAddress, ForeignServer> found, CancellationToken ending)
    {
        var frame = new byte[LargestFrame];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(frame, ending);
                if (ReadOffer(frame.AsSpan(0, length), discover) is { } server) found.TryAdd(server.Address, server);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over; what was found is found.
        }
    }

    private static ForeignServer? ReadOffer(ReadOnlySpan<byte> frame, DhcpMessage discover)
    {
        if (!UdpFrame.TryRead(frame, out var source, out var port, out var payload) || port != ClientPort) return null;
        if (!DhcpMessage.TryParse(payload, out var reply, out _) || reply.OpCode != DhcpOpCode.BootReply) return null;
        if (reply.TransactionId != discover.TransactionId || reply.ClientHardwareAddress != discover.ClientHardwareAddress) return null;
        var bootFile = reply.Options.GetText(DhcpOptionCode.BootFileName) ?? reply.BootFileName;
        return new ForeignServer(source, reply.ServerIdentifier, reply.YourAddress, bootFile.Length == 0 ? null : bootFile) { VendorClass = reply.VendorClass };
    }
}
