using System.Net;
using System.Text;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Wire;

public class ReadRequestTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.10:2070");

    [Theory]
    [InlineData("0001666F6F626172006F6374657400626C6B73697A65003134323800", 1428, null)] // the example of RFC 2348: foobar, octet, blksize, 1428
    [InlineData("0001666F6F626172006F63746574007473697A65003000", null, 0L)] // the example of RFC 2349: foobar, octet, tsize, 0
    public void Request_IsRead_FromTheExamplesOfTheRfcs(string datagram, int? blockSize, long? size)
    {
        TftpReadRequest.TryParse(Convert.FromHexString(datagram), Client, out var request).ShouldBe(TftpDropReason.None);
        request.ShouldBe(new TftpReadRequest(Client, "foobar", TftpMode.Octet, new TftpOptions(blockSize, size)));
    }

    [Theory]
    [InlineData("OCTET", TftpMode.Octet)]
    [InlineData("Octet", TftpMode.Octet)]
    [InlineData("netASCII", TftpMode.Netascii)]
    public void Mode_HasNoCase(string mode, TftpMode expected)
    {
        TftpReadRequest.TryParse(Encoding.ASCII.GetBytes($"\0\u0001f\0{mode}\0"), Client, out var request).ShouldBe(TftpDropReason.None);
        request!.Mode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("undionly.kpxe", "undionly.kpxe")]
    [InlineData("/undionly.kpxe", "undionly.kpxe")]
    [InlineData("//grub//x86_64-efi/./normal.mod", "grub/x86_64-efi/normal.mod")]
    [InlineData(@"Boot\x64\wdsnbp.com", "Boot/x64/wdsnbp.com")]
    [InlineData(@"\Boot\BCD", "Boot/BCD")]
    [InlineData("ipxe.efi\u00ff", "ipxe.efi")]
    [InlineData("ipxe.efi\u00ff\u00ff\u00ff", "ipxe.efi")]
    [InlineData("a..b/..c/d..", "a..b/..c/d..")]
    [InlineData("gr\u00c3\u00bcn.img", "grün.img")] // the bytes of UTF-8
    [InlineData("with space", "with space")]
    public void FileName_ComesInOneForm(string wire, string expected)
    {
        TftpReadRequest.TryParse([0, 1, .. Encoding.Latin1.GetBytes(wire), 0, .. "octet"u8, 0], Client, out var request).ShouldBe(TftpDropReason.None);
        request!.FileName.ShouldBe(expected);
    }

    [Theory]
    [InlineData("", TftpDropReason.TooShort)]
    [InlineData("00", TftpDropReason.TooShort)]
    [InlineData("0001", TftpDropReason.MissingTerminator)]
    [InlineData("000161", TftpDropReason.MissingTerminator)] // "a"
    [InlineData("00016100", TftpDropReason.MissingTerminator)]
    [InlineData("000161006F63746574", TftpDropReason.MissingTerminator)] // "octet" without its NUL
    [InlineData("0001006F6374657400", TftpDropReason.EmptyFileName)]
    [InlineData("00012F2F006F6374657400", TftpDropReason.EmptyFileName)] // "//"
    [InlineData("00012E006F6374657400", TftpDropReason.EmptyFileName)] // "."
    [InlineData("0001FFFF006F6374657400", TftpDropReason.EmptyFileName)]
    [InlineData("0001610A62006F6374657400", TftpDropReason.IllegalFileName)] // a line break would forge a log line
    [InlineData("00011B5B316D006F6374657400", TftpDropReason.IllegalFileName)]
    [InlineData("00012E2E2F61006F6374657400", TftpDropReason.ClimbingFileName)] // "../a"
    [InlineData("0001612F2E2E5C2E2E5C62006F6374657400", TftpDropReason.ClimbingFileName)] // "a/..\..\b"
    [InlineData("000161006D61696C00", TftpDropReason.UnknownMode)] // mail
    [InlineData("0001610000", TftpDropReason.UnknownMode)]
    [InlineData("000261006F6374657400", TftpDropReason.WriteRequest)]
    [InlineData("0002", TftpDropReason.WriteRequest)]
    [InlineData("0003000141", TftpDropReason.StrayPacket)]
    [InlineData("00040001", TftpDropReason.StrayPacket)]
    [InlineData("0005000000", TftpDropReason.StrayPacket)]
    [InlineData("000600", TftpDropReason.StrayPacket)]
    [InlineData("0000", TftpDropReason.UnknownOpCode)]
    [InlineData("0007", TftpDropReason.UnknownOpCode)]
    [InlineData("010161006F6374657400", TftpDropReason.UnknownOpCode)]
    public void MalformedRequest_IsNamed(string datagram, TftpDropReason reason)
    {
        TftpReadRequest.TryParse(Convert.FromHexString(datagram), Client, out var request).ShouldBe(reason);
        request.ShouldBeNull();
    }
}
