using System.Buffers.Binary;
using System.Net;
using System.Text;
using BootAppliance.Tests;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>A transfer without sockets. Packets are shown as <c>DATA 1:512</c>, <c>OACK blksize=1024 tsize=5</c>, <c>ERROR 0 text</c>.</summary>
internal sealed class TransferRig : IDisposable
{
    public TransferRig(ReadOnlyMemory<byte> content, TftpOptions options = default, TftpMode mode = TftpMode.Octet, int largestBlock = 1468)
        : this(TftpFile.FromMemory("file", content), options, mode, largestBlock) { }

    public TransferRig(TftpFile file, TftpOptions options = default, TftpMode mode = TftpMode.Octet, int largestBlock = 1468, int rollOver = 0)
    {
        var request = new TftpReadRequest(IPEndPoint.Parse("192.0.2.10:2070"), file.Name, mode, options);
        Transfer = new ReadTransfer(request, file, largestBlock, new RetryLimits(), Time, rollOver);
    }

    public ManualTime Time { get; } = new();

    public ReadTransfer Transfer { get; }

    /// <summary>The payloads of the DATA packets of the last call.</summary>
    public List<byte[]> Payloads { get; private set; } = [];

    public TftpDropReason Dropped { get; private set; }

    /// <summary>A file whose bytes tell their place.</summary>
    public static byte[] Content(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++) content[i] = (byte)(i ^ (i >> 8) ^ (i >> 16));
        return content;
    }

    public string[] Start() => Show(Transfer.Start());

    public string[] Ack(int block) => Receive([0, 4, (byte)(block >> 8), (byte)block]);

    public string[] Error(byte code, string text) => Receive([0, 5, 0, code, .. Encoding.ASCII.GetBytes(text), 0]);

    public string[] Receive(params byte[] datagram) => Show(Transfer.Receive(datagram));

    /// <summary>Lets the time pass that the transfer wants to wait.</summary>
    public string[] WaitAndExpire()
    {
        Time.Advance(Transfer.Remaining);
        return Show(Transfer.Expire());
    }

    public void Dispose() => Transfer.Dispose();

    private string[] Show(TransferStep step)
    {
        Dropped = step.Dropped;
        Payloads = [];
        var shown = new List<string>();
        for (var rest = step.Datagrams; rest.Length > 0;)
        {
            var datagram = rest[..Math.Min(step.DatagramSize, rest.Length)];
            shown.Add(Show(datagram.Span));
            rest = rest[datagram.Length..];
        }

        return [.. shown];
    }

    private string Show(ReadOnlySpan<byte> datagram)
    {
        var number = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        switch (datagram[1])
        {
            case 3:
                Payloads.Add(datagram[4..].ToArray());
                return $"DATA {number}:{datagram.Length - 4}";
            case 5:
                return $"ERROR {number} {Encoding.ASCII.GetString(datagram[4..^1])}";
            case 6:
                var words = Encoding.ASCII.GetString(datagram[2..^1]).Split('\0');
                return "OACK " + string.Join(' ', words.Chunk(2).Select(pair => $"{pair[0]}={pair[1]}"));
            default:
                return Convert.ToHexString(datagram);
        }
    }
}
