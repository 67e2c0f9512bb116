using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace BootAppliance.Bench.Http;

/// <summary>
/// Clients that load an image again and again and have the kernel throw away what comes (MSG_TRUNC, tcp(7)): what is measured is the server,
/// on a machine that both share.
/// </summary>
internal sealed partial class ImageLoad(IPEndPoint server, string path)
{
    private const int Discard = 0x20; // MSG_TRUNC
    private const int LargestPart = 1 << 20;

    private long bytes;

    /// <summary>The bytes that arrived and the seconds that it took, as a line of text.</summary>
    public string Run(int clients, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, clients).Select(_ => new Thread(() => Load(clock, duration), maxStackSize: 256 * 1024)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {clock.Elapsed.TotalSeconds}");
    }

    private void Load(Stopwatch clock, TimeSpan duration)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server);
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server}\r\n\r\n");
        while (clock.Elapsed < duration)
        {
            socket.Send(request);
            var left = ReadHead(socket);
            while (left > 0 && clock.Elapsed < duration)
            {
                var count = Receive(socket.SafeHandle, 0, (nint)Math.Min(left, LargestPart), Discard);
                if (count <= 0) throw new IOException($"{path} broke off {left} bytes before its end");
                left -= count;
                Interlocked.Add(ref bytes, count);
            }
        }
    }

    private static long ReadHead(Socket socket)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (socket.Receive(one) == 0) throw new IOException($"closed after: {head}");
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        if (lines[0] != "HTTP/1.1 200 OK") throw new IOException(lines[0]);
        return long.Parse(lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))["Content-Length: ".Length..], CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, nint buffer, nint length, int flags);
}
