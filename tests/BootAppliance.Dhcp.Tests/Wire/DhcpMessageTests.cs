using System.Net;
using System.Text;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Wire;

public class DhcpMessageTests
{
    private static readonly byte[] Discover = [53, 1, 1];

    [Fact]
    public void TryParse_ReadsEveryHeaderField()
    {
        var packet = Packet([.. Discover, 255]);
        packet[3] = 2;
        packet[8] = 0x01;
        packet[9] = 0x02;
        packet[10] = 0x80;
        new byte[] { 192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3, 192, 0, 2, 4 }.CopyTo(packet, 12);
        "server"u8.CopyTo(packet.AsSpan(44));
        "undionly.kpxe"u8.CopyTo(packet.AsSpan(108));

        var message = Parse(packet);
        message.OpCode.ShouldBe(DhcpOpCode.BootRequest);
        message.Hops.ShouldBe((byte)2);
        message.TransactionId.ShouldBe(0xdeadbeefu);
        message.SecondsElapsed.ShouldBe((ushort)0x0102);
        message.BroadcastFlag.ShouldBeTrue();
        message.ClientAddress.ShouldBe(IPAddress.Parse("192.0.2.1"));
        message.YourAddress.ShouldBe(IPAddress.Parse("192.0.2.2"));
        message.NextServerAddress.ShouldBe(IPAddress.Parse("192.0.2.3"));
        message.RelayAddress.ShouldBe(IPAddress.Parse("192.0.2.4"));
        message.ClientHardwareAddress.ToString().ShouldBe("52:54:00:12:34:56");
        message.ServerName.ShouldBe("server");
        message.BootFileName.ShouldBe("undionly.kpxe");
        message.MessageType.ShouldBe(DhcpMessageType.Discover);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(239)]
    public void TryParse_RefusesWhatIsShorterThanTheHeader(int length) =>
        Error(Packet([.. Discover, 255])[..length]).ShouldBe(DhcpParseError.TooShort);

    [Theory]
    [InlineData(0, 3, DhcpParseError.UnknownOpCode)]
    [InlineData(2, 17, DhcpParseError.HardwareAddressTooLong)]
    [InlineData(2, 255, DhcpParseError.HardwareAddressTooLong)]
    [InlineData(236, 0, DhcpParseError.NoMagicCookie)]
    public void TryParse_RefusesABadHeader(int offset, byte value, DhcpParseError error)
    {
        var packet = Packet([.. Discover, 255]);
        packet[offset] = value;
        Error(packet).ShouldBe(error);
    }

    [Theory]
    [InlineData(new byte[] { 53, 1, 1, 12, 5, 1, 2 })] // value cut short
    [InlineData(new byte[] { 53, 1, 1, 12 })] // length missing
    public void TryParse_RefusesATruncatedOption(byte[] options) => Error(Packet(options)).ShouldBe(DhcpParseError.TruncatedOption);

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 255, 53, 1, 1 })] // behind the end
    [InlineData(new byte[] { 53, 2, 1, 1, 255 })]
    public void TryParse_RefusesPlainBootp(byte[] options) => Error(Packet(options)).ShouldBe(DhcpParseError.NoMessageType);

    [Fact]
    public void TryParse_ForgivesAMissingEnd() => Parse(Packet([0, 0, .. Discover, 12, 2, .. "pc"u8])).HostName.ShouldBe("pc");

    [Fact]
    public void TryParse_JoinsARepeatedOption() =>
        Parse(Packet([12, 2, .. "ab"u8, .. Discover, 12, 3, .. "cde"u8, 255])).HostName.ShouldBe("abcde");

    [Theory]
    [InlineData(1, "from file", "")]
    [InlineData(2, "", "from name")]
    [InlineData(3, "from file", "from name")]
    public void TryParse_ReadsOptionsInOverloadedFields(byte overload, string domain, string host)
    {
        var packet = Packet([.. Discover, 52, 1, overload, 255]);
        TextOption(15, "from file").CopyTo(packet, 108);
        TextOption(12, "from name").CopyTo(packet, 44);

        var message = Parse(packet);
        (message.Options.GetText(DhcpOptionCode.DomainName) ?? "").ShouldBe(domain);
        (message.HostName ?? "").ShouldBe(host);
        if (domain.Length > 0) message.BootFileName.ShouldBe("");
        if (host.Length > 0) message.ServerName.ShouldBe("");
    }

    [Fact]
    public void TryParse_FollowsOverloadOnlyFromTheOptionsField()
    {
        var packet = Packet([.. Discover, 52, 1, 1, 255]);
        new byte[] { 52, 1, 3, 12, 1, (byte)'a', 255 }.CopyTo(packet, 108); // an overload inside an overloaded field leads nowhere
        TextOption(12, "b").CopyTo(packet, 44);
        Parse(packet).HostName.ShouldBe("a");
    }

    [Fact]
    public void TryParse_RefusesATruncatedOptionInAnOverloadedField()
    {
        var packet = Packet([.. Discover, 52, 1, 1, 255]);
        packet[108] = 12;
        packet[109] = 200;
        Error(packet).ShouldBe(DhcpParseError.TruncatedOption);
    }

    [Fact]
    public void UserClasses_AreReadInBothForms()
    {
        Parse(Packet([.. Discover, 77, 4, .. "iPXE"u8, 255])).UserClasses.ShouldBe(["iPXE"]);
        Parse(Packet([.. Discover, 77, 9, 4, .. "iPXE"u8, 3, .. "lab"u8, 255])).UserClasses.ShouldBe(["iPXE", "lab"]);
    }

    [Fact]
    public void Getters_GiveNothing_ForValuesOfTheWrongSize()
    {
        var message = Parse(Packet([.. Discover, 50, 3, 192, 0, 2, 51, 2, 0, 1, 57, 1, 5, 93, 3, 0, 7, 0, 97, 3, 0, 1, 2, 60, 0, 255]));
        message.RequestedAddress.ShouldBeNull();
        message.LeaseTime.ShouldBeNull();
        message.MaximumMessageSize.ShouldBeNull();
        message.ClientArchitectures.ShouldBe([ClientArchitecture.X64Uefi]);
        message.MachineIdentifier.ShouldBeNull();
        message.VendorClass.ShouldBeNull();
    }

    [Fact]
    public void Text_CannotForgeALogLine() =>
        Parse(Packet([.. Discover, 12, 6, .. "a\r\nb\u001b\0"u8, 255])).HostName.ShouldBe("a??b?");

    private static byte[] Packet(byte[] options)
    {
        var packet = new byte[240 + options.Length];
        new byte[] { 1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef }.CopyTo(packet, 0);
        new byte[] { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 }.CopyTo(packet, 28);
        new byte[] { 0x63, 0x82, 0x53, 0x63 }.CopyTo(packet, 236);
        options.CopyTo(packet, 240);
        return packet;
    }

    private static byte[] TextOption(byte code, string text) => [code, (byte)text.Length, .. Encoding.ASCII.GetBytes(text), 255];

    private static DhcpMessage Parse(byte[] packet)
    {
        DhcpMessage.TryParse(packet, out var message, out var error).ShouldBeTrue(error.ToString());
        return message!;
    }

    private static DhcpParseError Error(byte[] packet)
    {
        DhcpMessage.TryParse(packet, out var message, out var error).ShouldBeFalse();
        message.ShouldBeNull();
        return error;
    }

    [Fact]
    public void Read_KeepsLittleMemory_OfAPacketOfManyPieces()
    {
        var packet = new byte[4096];
        (packet[0], packet[1], packet[2]) = (1, 1, 6);
        (packet[236], packet[237], packet[238], packet[239]) = (0x63, 0x82, 0x53, 0x63);
        (packet[240], packet[241], packet[242]) = (53, 1, 1);
        for (var at = 243; at + 4 <= packet.Length; at += 4) (packet[at], packet[at + 1], packet[at + 2], packet[at + 3]) = (224, 2, 7, 7);
        var message = DhcpMessage.MakeReusable();
        var before = GC.GetAllocatedBytesForCurrentThread();
        message.Read(packet).ShouldBe(DhcpParseError.None);
        message.Options.Get((DhcpOptionCode)224).Length.ShouldBe((4096 - 243) / 4 * 2);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024);
    }

    [Fact]
    public void LinkSelection_CountsOnlyFromARelay()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.RelayAgentInformation, [5, 4, 198, 18, 0, 0]);
        new DhcpMessage { OpCode = DhcpOpCode.BootRequest, TransactionId = 1, ClientHardwareAddress = default, MessageType = DhcpMessageType.Discover, Options = options.Build() }
            .LinkSelection.ShouldBeNull();
    }
}
