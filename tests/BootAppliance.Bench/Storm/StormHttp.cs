using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace BootAppliance.Bench.Storm;

/// <summary>A machine's connection to the HTTP server; of files the kernel throws away what comes (MSG_TRUNC, tcp(7)).</summary>
internal sealed partial class StormHttp(Socket socket, IPEndPoint server, StormTally tally) : IDisposable
{
    private const int Discard = 0x20; // MSG_TRUNC
    private const int LargestPart = 1 << 20;

    private readonly byte[] buffer = new byte[8192];

    public static async Task<StormHttp> Connect(IPAddress own, IPEndPoint server, StormTally tally, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(own, 0));
        await socket.ConnectAsync(server, cancellation);
        return new StormHttp(socket, server, tally);
    }

    /// <summary>Loads a script.</summary>
    public async Task<string> Read(string path, CancellationToken cancellation)
    {
        var (body, length, filled) = await Ask(path, cancellation);
        while (filled < body + length) filled += await Receive(filled, cancellation);
        return Encoding.UTF8.GetString(buffer, body, (int)length);
    }

    /// <summary>Loads a file.</summary>
    public async Task Load(string path, CancellationToken cancellation)
    {
        var (body, length, filled) = await Ask(path, cancellation);
        for (var left = length - (filled - body); left > 0;)
        {
            // Waits until there is something, and takes nothing.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellation);
            nint count;
            while (left > 0 && (count = Receive(socket.SafeHandle, 0, (nint)Math.Min(left, LargestPart), Discard)) >= 0)
            {
                if (count == 0) throw new EndOfStreamException($"{path} broke off {left} bytes before its end");
                left -= count;
                Interlocked.Add(ref tally.Bytes, count);
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<(int Body, long Length, int Filled)> Ask(string path, CancellationToken cancellation)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Address}\r\nConnection: keep-alive\r\nUser-Agent: iPXE/1.21.1\r\n\r\n"), cancellation);
        var filled = 0;
        int end;
        do filled += await Receive(filled, cancellation);
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0);
        var lines = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
        if (lines[0] != "HTTP/1.1 200 OK") throw new InvalidDataException($"{path}: {lines[0]}");
        return (end + 4, long.Parse(lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))[16..], CultureInfo.InvariantCulture), filled);
    }

    private async Task<int> Receive(int at, CancellationToken cancellation)
    {
        var count = await socket.ReceiveAsync(buffer.AsMemory(at), cancellation);
        return count > 0 ? count : throw new EndOfStreamException("the server closed the connection");
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, nint buffer, nint length, int flags);
}
