using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Tests;

/// <summary>Nonsense from the network, much of it: nothing ends, nothing grows, and the next real machine is served.</summary>
public sealed class FloodTests
{
    private const int Datagrams = 40_000;
    private const long MostMemory = 300L * 1024 * 1024;

    [Fact]
    public async Task Nonsense_LeavesTheApplianceAsItWas()
    {
        SystemTest.SkipWithout("busybox", "busybox-static");
        SystemTest.SkipWithout("curl", "curl");
        await using var lab = await SystemTest.LabAsync();
        var appliance = await lab.StartAppliance(SystemTest.Cancellation);
        await using var home = await lab.ConnectAsync();
        using var clients = await RelayedClients.ConnectAsync(home);
        using var socket = await home.RunInside(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        var random = new Random(7);
        var datagram = new byte[600];
        for (var sent = 0; sent < Datagrams; sent++)
        {
            random.NextBytes(datagram);
            var dhcp = sent % 2 == 0;
            if (dhcp)
            {
                // Half of it looks like DHCP up to the options: that is where parsers stumble.
                new byte[] { 1, 1, 6, 0 }.CopyTo(datagram, 0);
                new byte[] { 0x63, 0x82, 0x53, 0x63 }.CopyTo(datagram, 236);
            }
            else
            {
                new byte[] { 0, (byte)random.Next(0, 8) }.CopyTo(datagram, 0);
            }

            socket.SendTo(datagram.AsSpan(0, random.Next(1, datagram.Length)), new IPEndPoint(IPAddress.Parse("192.0.2.1"), dhcp ? 67 : 69));
        }

        (await home.Run("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do head -c 4096 /dev/urandom | busybox nc -w 1 192.0.2.1 80 > /dev/null; done; echo done")).ShouldContain("done");
        (await clients.DiscoverAsync(1, TimeSpan.FromSeconds(20)))!.MessageType.ShouldBe(DhcpMessageType.Offer);
        (await home.Run("curl", "-sf", "http://192.0.2.1/boot.ipxe")).ShouldStartWith("#!ipxe");
        appliance.Process.HasEnded.ShouldBeFalse();
        appliance.Process.PeakMemory!.Value.ShouldBeLessThan(MostMemory);
        appliance.Process.Output.Lines.ShouldNotContain(line => line.Contains("fail:") || line.Contains("crit:"));
    }

    [Fact]
    public async Task AddressesOfNobody_HoldUpNoAnswer()
    {
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var home = await lab.ConnectAsync();
        using var clients = await RelayedClients.ConnectAsync(home);
        using var socket = await home.RunInside(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        (await clients.DiscoverAsync(1, TimeSpan.FromSeconds(20))).ShouldNotBeNull();

        // Answers to addresses without a machine wait three seconds for ARP, and fill the socket's buffer.
        var datagram = new byte[576];
        for (var sent = 0; sent < 1000; sent++)
        {
            var inform = new DhcpMessage
            {
                OpCode = DhcpOpCode.BootRequest,
                TransactionId = (uint)sent,
                ClientHardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, [2, 0, 0, 0, 1, (byte)(sent % 100)]),
                ClientAddress = IPAddress.Parse($"192.0.2.{100 + (sent % 100)}"),
                MessageType = DhcpMessageType.Inform,
            };
            DhcpMessageWriter.TryWrite(inform, datagram, out var length).ShouldBeTrue();
            socket.SendTo(datagram.AsSpan(0, length), new IPEndPoint(IPAddress.Parse("192.0.2.1"), 67));
        }

        (await clients.DiscoverAsync(2, TimeSpan.FromSeconds(1))).ShouldNotBeNull("the answer came too late");
    }
}
