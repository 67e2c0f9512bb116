using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>DHCP by hand: the bytes of a message out, whatever comes back in.</summary>
internal static class RawDhcp
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Broadcasts a recorded message from a machine that has no address, and returns the first answer to its transaction.</summary>
    public static async Task<DhcpMessage> AskDhcpAsync(this NetworkNamespace machine, byte[] message)
    {
        // The answer may be for an address that the machine does not have yet: only whole packets show it.
        using var packets = await machine.RunInside(() => new Socket(AddressFamily.Packet, SocketType.Dgram, (ProtocolType)IPAddress.HostToNetworkOrder((short)0x0800)));
        using var sender = await machine.RunInside(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true });
        sender.SetRawSocketOption(1, 25, "eth0\0"u8); // SOL_SOCKET, SO_BINDTODEVICE
        sender.Bind(new IPEndPoint(IPAddress.Any, 68));
        await sender.SendToAsync(message, new IPEndPoint(IPAddress.Broadcast, 67), SystemTest.Cancellation);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(SystemTest.Cancellation);
        timeout.CancelAfter(patience);
        var buffer = new byte[2048];
        while (true)
        {
            var length = await packets.ReceiveAsync(buffer, timeout.Token);
            if (FromServer(buffer.AsSpan(0, length), out var payload) && DhcpMessage.TryParse(payload, out var answer, out _) && payload[4..8].SequenceEqual(message.AsSpan(4, 4))) return answer;
        }
    }

    /// <summary>The payload of a UDP datagram to port 68, behind its IPv4 header (whose length the first byte says) and its UDP header.</summary>
    private static bool FromServer(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var udp = (packet[0] & 0x0F) * 4;
        if (packet[9] != (byte)ProtocolType.Udp || packet[udp..] is not [_, _, 0, 68, ..]) return false;
        payload = packet[(udp + 8)..];
        return true;
    }
}
