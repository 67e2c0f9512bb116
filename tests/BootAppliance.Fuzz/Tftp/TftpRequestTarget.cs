using System.Net;
using System.Text;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Fuzz.Tftp;

/// <summary>What comes to the TFTP port: a request is read or named, no name climbs, no option is out of its range.</summary>
public sealed class TftpRequestTarget : FuzzTarget
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.10:2070");

    public override string Name => "tftp-request";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Captures("Tftp"),
        .. "\0\u0001a/../b\0octet\0|\0\u0001\\Boot\\x64\\wdsnbp.com\0netascii\0|\0\u0002f\0mail\0".Split('|').Select(Encoding.Latin1.GetBytes),
    ];

    public override void Run(byte[] input)
    {
        var reason = TftpReadRequest.TryParse(input, Client, out var request);
        Require(request is null != reason is TftpDropReason.None, $"{reason}, but the request is {request}");
        _ = TftpReply.TryParse(input, out _) is TftpDropReason.None && TftpReply.ErrorText(input).Length > 0;
        if (request is null) return;

        var segments = request.FileName.Split('/');
        Require(segments.All(segment => segment is not ("" or "." or "..")), $"the name climbs: {request.FileName}");
        Require(!request.FileName.Any(character => char.IsControl(character) || character == '\\'), $"the name holds what no name may hold: {request.FileName}");
        var (blockSize, transferSize, timeout, windowSize) = request.Options;
        Require(blockSize is null or (>= 8 and <= 65464), $"blksize {blockSize}");
        Require(transferSize is null or >= 0, $"tsize {transferSize}");
        Require(timeout is null or (>= 1 and <= 255), $"timeout {timeout}");
        Require(windowSize is null or (>= 1 and <= 65535), $"windowsize {windowSize}");
    }
}
