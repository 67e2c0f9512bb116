using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests;

public class CaptureTests
{
    private const int MutationsPerCapture = 2_000;

    public static TheoryData<string> Files => [.. Capture.All.Select(c => c.Name + ".hex")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Client_IsClassified_FromItsRealPackets(string file)
    {
        var message = Capture.Message(file);
        DhcpClient.From(message).Kind.ShouldBe(Capture.Read(file).Kind);
        message.OpCode.ShouldBe(DhcpOpCode.BootRequest);
        message.MessageType.ShouldBe(file.Contains("request", StringComparison.Ordinal) ? DhcpMessageType.Request : DhcpMessageType.Discover);
        message.ClientHardwareAddress.ToString().ShouldStartWith("52:54:00:12:34:");
    }

    [Fact]
    public void IpxeRom_TellsAllItsFacts()
    {
        var client = DhcpClient.From(Capture.Message("ipxe-rom-discover.hex"));
        client.HardwareAddress.ToString().ShouldBe("52:54:00:12:34:02");
        client.Architectures.ShouldBe([ClientArchitecture.X86Bios]);
        client.VendorClass.ShouldBe("PXEClient:Arch:00000:UNDI:002001");
        client.MachineIdentifier.ShouldBe(Guid.Parse("4c2b6e8f-3a1d-574f-9b20-0123456789ab"));
        client.Ipxe.ShouldNotBeNull().Version.ShouldBe(new Version(1, 0, 0));
        client.Ipxe!.Supports(IpxeOption.Http).ShouldBeTrue();
        client.Ipxe.Supports(IpxeOption.Efi).ShouldBeFalse();
    }

    [Fact]
    public void Ovmf_TellsAllItsFacts()
    {
        var message = Capture.Message("uefi-pxe-request.hex");
        var client = DhcpClient.From(message);
        client.Architectures.ShouldBe([ClientArchitecture.X64Uefi]);
        client.Ipxe.ShouldBeNull();
        message.BroadcastFlag.ShouldBeTrue();
        message.TransactionId.ShouldBe(0x27515c71u);
        message.RequestedAddress!.ToString().ShouldBe("192.0.2.175");
        message.ServerIdentifier!.ToString().ShouldBe("192.0.2.1");
        message.MaximumMessageSize.ShouldBe(65280);
        // It says 65280; what a wire carries is less.
        DhcpMessageWriter.MaximumLengthFor(message).ShouldBe(1472);
    }

    [Fact]
    public void Parser_NeverThrows_ForMutatedCaptures()
    {
        var random = new Random(2131);
        var parsed = 0;
        foreach (var capture in Capture.All)
        {
            for (var i = 0; i < MutationsPerCapture; i++)
            {
                if (!DhcpMessage.TryParse(Mutate(capture.Payload, random), out var message, out _)) continue;
                ReadEverything(message);
                parsed++;
            }
        }

        parsed.ShouldBeGreaterThan(MutationsPerCapture); // or the mutations are too coarse to reach what lies behind the header
    }

    private static byte[] Mutate(byte[] payload, Random random)
    {
        var bytes = payload.ToArray();
        var changes = random.Next(1, 8);
        for (var i = 0; i < changes; i++) bytes[random.Next(random.Next(4) == 0 ? 0 : 236, bytes.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    private static void ReadEverything(DhcpMessage message)
    {
        var client = DhcpClient.From(message);
        _ = (client.ToString(), message.UserClasses, message.LeaseTime, message.RequestedAddress, message.MaximumMessageSize, client.Ipxe?.Version);
        foreach (var option in message.Options)
            _ = (message.Options.GetAddresses(option.Code), message.Options.GetText(option.Code), message.Options.GetUInt16(option.Code));
    }
}
