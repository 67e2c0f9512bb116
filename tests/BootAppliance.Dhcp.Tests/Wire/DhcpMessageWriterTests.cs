using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Wire;

public class DhcpMessageWriterTests
{
    [Fact]
    public void TryWrite_LaysOutTheWholeMessage()
    {
        var message = Reply(new DhcpOptionsBuilder()
            .Add(DhcpOptionCode.RelayAgentInformation, new byte[] { 1, 1, 7 })
            .Add(DhcpOptionCode.LeaseTime, TimeSpan.FromHours(1))
            .Add(DhcpOptionCode.DomainName, "lab")
            .Build());
        var packet = Write(message, 548);

        packet.Length.ShouldBe(300);
        Convert.ToHexString(packet.AsSpan(0, 44)).ShouldBe(
            "02010600DEADBEEF00008000" + "C0000201" + "C0000202" + "C0000203" + "C0000204" + "525400123456" + "00000000000000000000");
        packet.AsSpan(44, 7).ToArray().ShouldBe("server\0"u8.ToArray());
        packet.AsSpan(108, 5).ToArray().ShouldBe("file\0"u8.ToArray());
        // cookie, 53 first, the others in order, 82 last, End, zeros
        Convert.ToHexString(packet.AsSpan(236, 26)).ShouldBe("63825363" + "350102" + "330400000E10" + "0F036C6162" + "5203010107" + "FF" + "0000");
        packet.AsSpan(260).ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void TryWrite_SplitsALongValue()
    {
        var packet = Write(Reply(new DhcpOptionsBuilder().Add(DhcpOptionCode.BootFileName, new string('x', 300)).Build()), 1000);
        packet[243].ShouldBe((byte)67);
        packet[244].ShouldBe((byte)255);
        packet[500].ShouldBe((byte)67);
        packet[501].ShouldBe((byte)45);
        packet[547].ShouldBe((byte)255);
        packet.Length.ShouldBe(548);
    }

    [Theory]
    [InlineData(547, false)]
    [InlineData(548, true)]
    public void TryWrite_RefusesRatherThanTruncates(int room, bool fits) =>
        DhcpMessageWriter.TryWrite(
            Reply(new DhcpOptionsBuilder().Add(DhcpOptionCode.BootFileName, new string('x', 300)).Build()), new byte[room], out _).ShouldBe(fits);

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void TryWrite_RefusesAFileNameWithoutRoomForItsNul(int length, bool fits)
    {
        var message = new DhcpMessage
        {
            OpCode = DhcpOpCode.BootReply,
            TransactionId = 1,
            ClientHardwareAddress = default,
            MessageType = DhcpMessageType.Ack,
            BootFileName = new string('x', length),
        };
        DhcpMessageWriter.TryWrite(message, new byte[548], out _).ShouldBe(fits);
    }

    [Theory]
    [InlineData(null, 548)] // RFC 2131 section 2: 576 bytes of datagram, less 28 of headers
    [InlineData(300, 548)] // less than the least legal value
    [InlineData(1472, 1444)]
    [InlineData(1500, 1472)]
    [InlineData(65280, 1472)]
    public void MaximumLengthFor_FollowsOption57(int? said, int length)
    {
        var options = new DhcpOptionsBuilder();
        if (said is { } size) options.Add(DhcpOptionCode.MaximumMessageSize, new[] { (byte)(size >> 8), (byte)size });
        DhcpMessageWriter.MaximumLengthFor(Reply(options.Build())).ShouldBe(length);
    }

    private static DhcpMessage Reply(DhcpOptions options) => new()
    {
        OpCode = DhcpOpCode.BootReply,
        TransactionId = 0xdeadbeef,
        Flags = 0x8000,
        ClientAddress = IPAddress.Parse("192.0.2.1"),
        YourAddress = IPAddress.Parse("192.0.2.2"),
        NextServerAddress = IPAddress.Parse("192.0.2.3"),
        RelayAddress = IPAddress.Parse("192.0.2.4"),
        ClientHardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]),
        ServerName = "server",
        BootFileName = "file",
        MessageType = DhcpMessageType.Offer,
        Options = options,
    };

    private static byte[] Write(DhcpMessage message, int room)
    {
        var packet = new byte[room];
        packet.AsSpan().Fill(0xCC); // a used buffer
        DhcpMessageWriter.TryWrite(message, packet, out var length).ShouldBeTrue();
        return packet[..length];
    }
}
