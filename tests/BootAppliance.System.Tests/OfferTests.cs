using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BootAppliance.Dhcp.Tests;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab;
using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>The DHCPDISCOVER of firmware as it was recorded, the offer as it is on the wire, and the file behind it.</summary>
public sealed class OfferTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("bios-pxe-discover.hex", "undionly.kpxe", "PXEClient", "060108FF")]
    [InlineData("uefi-pxe-discover.hex", "ipxe.efi", null, "")]
    public async Task Firmware_IsOfferedItsLoader_AndCanFetchIt(string capture, string loader, string? vendorClass, string vendorOptions)
    {
        SystemTest.SkipWithout("tftp", "tftp-hpa");
        var discover = Capture.Message(capture);
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var machine = await lab.ConnectAsync();
        await machine.Run("ip", "link", "set", "eth0", "address", discover.ClientHardwareAddress.ToString());

        var offer = await AskAsync(machine, Capture.Read(capture).Payload);
        offer.MessageType.ShouldBe(DhcpMessageType.Offer);
        offer.TransactionId.ShouldBe(discover.TransactionId);
        offer.YourAddress.ToString().ShouldBe("192.0.2.100");
        offer.NextServerAddress.ToString().ShouldBe(LabSettings.Address);
        offer.ServerName.ShouldBe(LabSettings.Address);
        offer.BootFileName.ShouldBe(loader);
        offer.ServerIdentifier!.ToString().ShouldBe(LabSettings.Address);
        offer.VendorClass.ShouldBe(vendorClass);
        Convert.ToHexString(offer.Options.Get(DhcpOptionCode.VendorSpecificInformation).Span).ShouldBe(vendorOptions);
        offer.Options.GetText(DhcpOptionCode.TftpServerName).ShouldBe(LabSettings.Address);
        offer.Options.GetText(DhcpOptionCode.BootFileName).ShouldBe(loader);
        offer.MachineIdentifier.ShouldNotBeNull().ShouldBe(discover.MachineIdentifier!.Value);

        await machine.Run("ip", "address", "add", $"{offer.YourAddress}/24", "dev", "eth0");
        var path = Path.Combine(machine.Folder, "fetched");
        await machine.Run("tftp", "-m", "binary", offer.NextServerAddress.ToString(), "-c", "get", offer.BootFileName, path);
        SHA256.HashData(await File.ReadAllBytesAsync(path, SystemTest.Cancellation))
            .ShouldBe(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "firmware/files", loader), SystemTest.Cancellation)));
    }

    /// <summary>Broadcasts a recorded message from a machine that has no address, and returns the first answer to it.</summary>
    private static async Task<DhcpMessage> AskAsync(NetworkNamespace machine, byte[] message)
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
            if (FromServer(buffer.AsSpan(0, length), out var payload) && DhcpMessage.TryParse(payload, out var answer, out _)) return answer;
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
