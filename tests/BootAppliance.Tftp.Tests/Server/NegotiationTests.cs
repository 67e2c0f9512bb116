using System.Net;
using System.Text;
using BootAppliance.Tests;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>From the bytes of a request to the bytes of the first answer; the file has 3000 bytes, the way to the client an MTU of 1500.</summary>
public class NegotiationTests
{
    [Theory]
    [InlineData("octet", "", null)]
    [InlineData("octet", "blksize|1428", "blksize|1428")] // RFC 2348's own example
    [InlineData("octet", "blksize|512|tsize|0", "blksize|512|tsize|3000")]
    [InlineData("octet", "tsize|0|blksize|1408", "blksize|1408|tsize|3000")]
    [InlineData("octet", "TSIZE|0|BlkSize|1456", "blksize|1456|tsize|3000")] // option names have no case (RFC 2347)
    [InlineData("octet", "blksize|65464", "blksize|1468")] // MTU - 32
    [InlineData("octet", "blksize|1469", "blksize|1468")]
    [InlineData("octet", "blksize|8", "blksize|8")]
    [InlineData("octet", "blksize|7", null)]
    [InlineData("octet", "blksize|65465", null)]
    [InlineData("octet", "blksize|0", null)]
    [InlineData("octet", "blksize|-1", null)]
    [InlineData("octet", "blksize|1024x", null)]
    [InlineData("octet", "blksize|", null)]
    [InlineData("octet", "blksize|99999999999999999999999", null)]
    [InlineData("octet", "blksize|1024|blksize|512", "blksize|1024")]
    [InlineData("octet", "timeout|1", "timeout|1")]
    [InlineData("octet", "timeout|255", "timeout|255")]
    [InlineData("octet", "timeout|0", null)]
    [InlineData("octet", "timeout|256", null)]
    [InlineData("octet", "windowsize|1", "windowsize|1")]
    [InlineData("octet", "windowsize|16", "windowsize|16")]
    [InlineData("octet", "windowsize|64", "windowsize|64")]
    [InlineData("octet", "windowsize|65535", "windowsize|64")]
    [InlineData("octet", "windowsize|0", null)]
    [InlineData("octet", "blksize2|1024|multicast||utimeout|5", null)]
    [InlineData("octet", "multicast||tsize|0", "tsize|3000")]
    [InlineData("octet", "tsize|0|blksize|1432|timeout|2|windowsize|4|x|y", "blksize|1432|tsize|3000|timeout|2|windowsize|4")]
    [InlineData("netascii", "tsize|0", null)]
    [InlineData("netascii", "tsize|0|blksize|600", "blksize|600")]
    public void Oack_HoldsExactlyWhatWasAskedForAndUnderstood(string mode, string options, string? expected)
    {
        var answer = FirstPacket(Request(mode, options));
        if (expected is null) answer[..4].ShouldBe([0, 3, 0, 1]);
        else answer.ShouldBe([0, 6, .. Encoding.ASCII.GetBytes(expected.Replace('|', '\0')), 0]);
    }

    [Theory]
    [InlineData("blksize\0" + "1024")]
    [InlineData("blksize\0")]
    [InlineData("blksize")]
    [InlineData("\0\0\0\0\0\0")]
    public void TrailingBytes_AreNoOption_WhenTheyAreNoCompletePair(string tail)
    {
        FirstPacket([.. Request("octet", "tsize|0"), .. Encoding.ASCII.GetBytes(tail)]).ShouldBe("\0\u0006tsize\03000\0"u8.ToArray());
    }

    [Fact]
    public void WindowSize_IsReduced_WhereLargeBlocksWouldFillTheMemory()
    {
        using var rig = new TransferRig(new byte[10], new TftpOptions(BlockSize: 65464, WindowSize: 64), largestBlock: 65464);
        rig.Start().ShouldBe(["OACK blksize=65464 windowsize=4"]);
    }

    private static byte[] Request(string mode, string options)
    {
        var tail = options.Length == 0 ? "" : options.Replace('|', '\0') + '\0';
        return Encoding.ASCII.GetBytes($"\0\u0001boot/ipxe.efi\0{mode}\0{tail}");
    }

    private static byte[] FirstPacket(byte[] datagram)
    {
        TftpReadRequest.TryParse(datagram, new IPEndPoint(IPAddress.Loopback, 2070), out var request).ShouldBe(TftpDropReason.None);
        using var transfer = new ReadTransfer(request!, TftpFile.FromMemory("f", new byte[3000]), 1468, new RetryLimits(), new ManualTime());
        return transfer.Start().Datagrams.ToArray();
    }
}
