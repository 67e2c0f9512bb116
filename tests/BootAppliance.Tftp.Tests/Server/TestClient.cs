using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tftp.Tests.Server;

/// <summary>A client made of single packets, written as their bytes.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[65536];

    public TestClient(string address = "127.0.0.1")
    {
        var own = IPAddress.Parse(address);
        socket = new Socket(own.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(own, 0));
    }

    public IPEndPoint EndPoint => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Where the last packet came from.</summary>
    public IPEndPoint? Sender { get; private set; }

    public void Send(IPEndPoint to, ReadOnlySpan<byte> datagram) => socket.SendTo(datagram, to);

    /// <summary>An RRQ; options are written <c>name|value|name|value</c>.</summary>
    public void Ask(IPEndPoint server, string file, string options = "") =>
        Send(server, Encoding.ASCII.GetBytes($"\0\u0001{file}\0octet\0{(options.Length > 0 ? options.Replace('|', '\0') + '\0' : "")}"));

    public void Ack(int block) => Send(Sender!, [0, 4, (byte)(block >> 8), (byte)block]);

    public async Task<byte[]> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var result = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(EndPoint.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0), limit.Token);
        Sender = (IPEndPoint)result.RemoteEndPoint;
        return buffer[..result.ReceivedBytes];
    }

    public bool HasMore => socket.Available > 0;

    /// <summary>Fetches a whole file; the windows are acknowledged at their ends.</summary>
    public async Task<byte[]> FetchAsync(IPEndPoint server, string file, int blockSize, int windowSize)
    {
        Ask(server, file, $"blksize|{blockSize}|windowsize|{windowSize}");
        (await ReceiveAsync())[1].ShouldBe((byte)6);
        Ack(0);
        var content = new MemoryStream();
        for (var block = 1; ;)
        {
            var packet = await ReceiveAsync();
            packet[1].ShouldBe((byte)3);

            // On a busy machine the server may repeat what is on its way.
            if (((packet[2] << 8) | packet[3]) != block) continue;
            content.Write(packet.AsSpan(4));
            var last = packet.Length - 4 < blockSize;
            if (last || block % windowSize == 0) Ack(block);
            if (last) return content.ToArray();
            block++;
        }
    }

    public void Dispose() => socket.Dispose();
}
