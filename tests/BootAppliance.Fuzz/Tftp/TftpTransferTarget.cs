using System.Buffers.Binary;
using System.Net;
using BootAppliance.Tests;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Fuzz.Tftp;

/// <summary>
/// A whole transfer: what it sends stays within what was agreed on, holds what the file holds, and is bounded by what comes in.
/// <code>
///  1 byte   2 bytes   1 byte        1 byte     1 byte
/// +-------+---------+------------+----------+--------+----------+
/// | flags | blksize | windowsize | 10 ms    | length | datagram | ... 
/// +-------+---------+------------+----------+--------+----------+
/// </code>
/// </summary>
public sealed class TftpTransferTarget : FuzzTarget
{
    private const int LargestBlock = 1468;
    private const int LargestWindow = 64;

    private static readonly byte[] Content = Pattern(100_000);

    public override string Name => "tftp-transfer";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [0, 2, 0, 1, .. Acknowledgements(0, 1, 2, 3, 4, 5)],
        [1, 5, 180, 16, .. Acknowledgements(0, 16, 32, 40, 48, 64, 69)],
        [1, 0, 8, 64, .. Acknowledgements(0, 64, 64, 128)],
        [2, 2, 0, 4, .. Acknowledgements(0, 4, 2, 8, 12)],
        [4, 2, 0, 1, .. Acknowledgements(0), 1, 5, 0, 5, 0, 8, 0],
    ];

    public override void Run(byte[] input)
    {
        if (input.Length < 4) return;
        var isText = (input[0] & 2) != 0;
        var options = (input[0] & 5) == 0 && input[3] == 1 ? default : new TftpOptions(
            Math.Max(8, (int)BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(1))), (input[0] & 4) == 0 ? null : 0, null, Math.Max(1, (int)input[3]));
        var request = new TftpReadRequest(IPEndPoint.Parse("192.0.2.10:2070"), "file", isText ? TftpMode.Netascii : TftpMode.Octet, options);
        var time = new ManualTime();
        using var transfer = new ReadTransfer(request, TftpFile.FromMemory("file", Content), LargestBlock, new RetryLimits(), time, rollOver: (input[0] >> 3) & 1);

        Check(transfer, transfer.Start(), isText);
        for (var rest = input.AsSpan(4); rest.Length > 2;)
        {
            time.Advance(TimeSpan.FromMilliseconds(rest[0] * 10));
            Check(transfer, transfer.Expire(), isText);
            var length = Math.Min(rest[1], rest.Length - 2);
            Check(transfer, transfer.Receive(rest.Slice(2, length)), isText);
            rest = rest[(2 + length)..];
        }

        Require(isText || transfer.Report.BytesAcknowledged <= Content.Length, "more was acknowledged than there is");
    }

    private static void Check(ReadTransfer transfer, TransferStep step, bool isText)
    {
        var datagrams = step.Datagrams.Span;
        Require(datagrams.IsEmpty || step.DatagramSize > 0, "datagrams of no size");
        Require(step.DatagramSize <= LargestBlock + 4 && datagrams.Length <= LargestWindow * (LargestBlock + 4), $"{datagrams.Length} bytes in datagrams of {step.DatagramSize}");
        Require(transfer.Confirmed || datagrams.Length <= Math.Max(step.DatagramSize, 512 + 4), "more than one packet for an unconfirmed client");
        if (datagrams.IsEmpty || datagrams[1] != (byte)TftpOpCode.Data || isText) return;

        var report = transfer.Report;
        for (var at = (int)report.BytesAcknowledged; !datagrams.IsEmpty;)
        {
            var datagram = datagrams[..Math.Min(step.DatagramSize, datagrams.Length)];
            var expected = Content.AsSpan(at, Math.Min(report.BlockSize, Content.Length - at));
            Require(datagram[4..].SequenceEqual(expected), $"not what is in the file at {at}");
            at += expected.Length;
            datagrams = datagrams[datagram.Length..];
        }
    }

    private static byte[] Acknowledgements(params byte[] blocks) => [.. blocks.SelectMany(block => (byte[])[1, 4, 0, 4, 0, block])];

    private static byte[] Pattern(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++) content[i] = (byte)(i ^ (i >> 8) ^ (i >> 16));
        return content;
    }
}
