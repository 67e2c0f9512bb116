using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Wire;

public class FrameTests
{
    private static readonly HardwareAddress Mac = new(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]);
    private static readonly HardwareAddress Server = new(HardwareAddress.Ethernet, [0x02, 0, 0, 0, 0, 1]);

    [Theory]
    [InlineData("0001F203F4F5F6F7", 0x220d)] // RFC 1071 section 3: the sum is ddf2
    [InlineData("45000073000040004011" + "C0A80001C0A800C7", 0xb861)] // the textbook IPv4 header
    [InlineData("FF", 0x00ff)] // an odd byte counts as the high one
    public void Checksum_MatchesPublishedVectors(string bytes, int checksum) =>
        InternetChecksum.Finish(InternetChecksum.Add(0, Convert.FromHexString(bytes))).ShouldBe((ushort)checksum);

    [Fact]
    public void UdpFrame_IsLaidOutByteForByte()
    {
        var frame = UdpFrame.Write(
            Server, Mac, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 67), new IPEndPoint(IPAddress.Parse("192.0.2.100"), 68), "abc"u8);
        // Checksums by hand: header 4500 001F 0000 0000 4011 C000 0201 C000 0264; pseudo header C0000201 C0000264 0011 000B + 0043 0044 000B 0000 6162 6300.
        Convert.ToHexString(frame).ShouldBe(
            "525400123456" + "020000000001" + "0800" +
            "4500001F00000000" + "4011" + "F668" + "C0000201" + "C0000264" +
            "00430044000B" + "B688" + "616263");
    }

    [Fact]
    public void UdpFrame_IsReadDespitePaddingAndIpOptions()
    {
        var plain = UdpFrame.Write(
            Server, Mac, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 67), new IPEndPoint(IPAddress.Parse("192.0.2.100"), 68), "abc"u8);
        byte[] padded = [.. plain, 0, 0, 0];
        UdpFrame.TryRead(padded, out var source, out var port, out var payload).ShouldBeTrue();
        (source, port).ShouldBe((IPAddress.Parse("192.0.2.1"), (ushort)68));
        payload.ToArray().ShouldBe("abc"u8.ToArray());

        byte[] withOption = [.. plain[..34], 1, 1, 1, 0, .. plain[34..]];
        withOption[14] = 0x46;
        withOption[17] += 4;
        UdpFrame.TryRead(withOption, out _, out _, out payload).ShouldBeTrue();
        payload.ToArray().ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public void UdpFrame_IsRefused_WhenAnythingIsOff()
    {
        var plain = UdpFrame.Write(Server, Mac, new IPEndPoint(IPAddress.Loopback, 67), new IPEndPoint(IPAddress.Loopback, 68), "abc"u8);
        foreach (var (offset, value) in new (int, byte)[] { (12, 0x86), (14, 0x65), (14, 0x44), (20, 0x20), (21, 1), (23, 6), (38, 0xFF), (39, 7), (39, 12) })
        {
            var frame = plain.ToArray();
            frame[offset] = value;
            UdpFrame.TryRead(frame, out _, out _, out _).ShouldBeFalse($"byte {offset} = {value}");
        }

        for (var length = 0; length < plain.Length; length++) UdpFrame.TryRead(plain.AsSpan(0, length), out _, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void ArpProbe_IsLaidOutByteForByte() =>
        Convert.ToHexString(ArpFrame.WriteProbe(Server, IPAddress.Parse("192.0.2.100"))).ShouldBe(
            "FFFFFFFFFFFF" + "020000000001" + "0806" + "0001080006040001" + "020000000001" + "00000000" + "000000000000" + "C0000264");

    [Fact]
    public void ArpReply_NamesItsSender()
    {
        var reply = Convert.FromHexString(
            "020000000001" + "525400123456" + "0806" + "0001080006040002" + "525400123456" + "C0000264" + "020000000001" + "00000000");
        ArpFrame.TryRead(reply, out var address, out var mac).ShouldBeTrue();
        address.ShouldBe(IPAddress.Parse("192.0.2.100"));
        mac.ShouldBe(Mac);
        for (var length = 0; length < 32; length++) ArpFrame.TryRead(reply.AsSpan(0, length), out _, out _).ShouldBeFalse();
    }
}
