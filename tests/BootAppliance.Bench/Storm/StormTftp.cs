using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Bench.Storm;

/// <summary>A machine's download of its loader, as UEFI firmware does it: blocks of 1468 bytes, four of them for each ACK (RFC 7440).</summary>
internal static class StormTftp
{
    private const int BlockSize = 1468;
    private const int WindowSize = 4;
    private const int Tries = 8;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(4);

    /// <summary>Loads a file and tells its length.</summary>
    public static async Task<long> Load(IPAddress own, IPAddress server, string file, StormTally tally, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(own, 0));
        var packet = Encoding.ASCII.GetBytes($"\0\u0001{file}\0octet\0tsize\0{0}\0blksize\0{BlockSize}\0windowsize\0{WindowSize}\0");
        EndPoint to = new IPEndPoint(server, 69);
        var buffer = new byte[2048];
        long size = -1, loaded = 0;
        ushort last = 0;
        var isDue = true;
        for (var failed = 0; ;)
        {
            if (isDue) await socket.SendToAsync(packet, to, cancellation);
            isDue = false;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(patience);
            int length;
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, to, limit.Token);
                (length, to) = (received.ReceivedBytes, received.RemoteEndPoint);
            }
            catch (OperationCanceledException silence) when (!cancellation.IsCancellationRequested)
            {
                if (++failed == Tries) throw new TimeoutException($"{file} broke off after {loaded} bytes", silence);
                Interlocked.Increment(ref tally.TftpRepeats);
                isDue = true;
                continue;
            }

            switch (BinaryPrimitives.ReadUInt16BigEndian(buffer))
            {
                case 6 when size < 0:
                    var options = Encoding.ASCII.GetString(buffer, 2, length - 2).Split('\0');
                    size = long.Parse(options[Array.IndexOf(options, "tsize") + 1], null);
                    packet = [0, 4, 0, 0];
                    isDue = true;
                    break;
                case 3 when BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2)) == (ushort)(last + 1):
                    last++;
                    failed = 0;
                    loaded += length - 4;
                    packet = [0, 4, (byte)(last >> 8), (byte)last];
                    var isLast = length - 4 < BlockSize;
                    isDue = isLast || last % WindowSize == 0;
                    if (!isLast) break;
                    await socket.SendToAsync(packet, to, cancellation);
                    Interlocked.Add(ref tally.Bytes, loaded);
                    return loaded == size ? loaded : throw new InvalidDataException($"{file}: {loaded} of {size} bytes");
                case 5:
                    throw new InvalidDataException($"{file}: {Encoding.ASCII.GetString(buffer, 4, length - 5)}");
            }
        }
    }
}
