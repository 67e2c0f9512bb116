using System.Buffers.Binary;
using System.Net;
using BenchmarkDotNet.Attributes;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Bench.Tftp;

/// <summary>What a packet costs without the network; nothing may be allocated for an ACK.</summary>
[MemoryDiagnoser]
public class TftpMicro : IDisposable
{
    private static readonly byte[] Content = new byte[1024 * 1024 * 1024];
    private static readonly byte[] ReadRequest = "\0\u0001ipxe.efi\0octet\0tsize\00\0blksize\01468\0windowsize\04\0"u8.ToArray();

    private readonly IPEndPoint client = IPEndPoint.Parse("192.0.2.10:2070");
    private readonly byte[] acknowledgement = [0, 4, 0, 0];
    private ReadTransfer? transfer;
    private ushort block;

    /// <summary>Blocks in a window.</summary>
    [Params(1, 16, 64)]
    public int WindowSize { get; set; }

    [GlobalSetup]
    public void Begin()
    {
        transfer?.Dispose();
        var request = new TftpReadRequest(client, "file", TftpMode.Octet, new TftpOptions(BlockSize: 1468, WindowSize: WindowSize));
        transfer = new ReadTransfer(request, TftpFile.FromMemory("file", Content), 1468, new RetryLimits(), TimeProvider.System);
        transfer.Start();
        block = 0;
        Acknowledge();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        transfer?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One ACK in, one window out; at the end of the file another transfer begins, which is once in ten thousand times or less.</summary>
    [Benchmark]
    public int AckToWindow()
    {
        block += (ushort)WindowSize;
        var sent = Acknowledge();
        if (sent == WindowSize * 1472) return sent;
        Begin();
        return sent;
    }

    [Benchmark]
    public bool ParseAck() => TftpReply.TryParse(acknowledgement, out _) is TftpDropReason.None;

    [Benchmark]
    public bool ParseReadRequest() => TftpReadRequest.TryParse(ReadRequest, client, out _) is TftpDropReason.None;

    private int Acknowledge()
    {
        BinaryPrimitives.WriteUInt16BigEndian(acknowledgement.AsSpan(2), block);
        return transfer!.Receive(acknowledgement).Datagrams.Length;
    }
}
