using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tests;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>A connection that is kept alive, and read no faster than a test wants it.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    public static async Task<RawConnection> OpenAsync(Uri server, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(server.Host, server.Port);
        return new RawConnection(socket);
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Reads up to the empty line, and nothing of the body.</summary>
    public async Task<RawAnswer> ReadHeadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!IsComplete(head))
        {
            if (await socket.ReceiveAsync(one) == 0) throw new EndOfStreamException($"closed after: {Encoding.ASCII.GetString([.. head])}");
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, []);
    }

    /// <summary>Reads a whole answer, by its Content-Length.</summary>
    public async Task<RawAnswer> ReadAsync(bool hasBody = true)
    {
        var head = await ReadHeadAsync();
        var length = hasBody && head.Headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await socket.ReceiveAsync(body.AsMemory(read));
            if (count == 0) throw new EndOfStreamException($"closed after {read} of {length} bytes");
            read += count;
        }

        return head with { Body = body };
    }

    /// <summary>Reads the rest of a body away; tells how many bytes came before the connection ended or all were there.</summary>
    public async Task<long> ReadBodyAsync(long length)
    {
        var buffer = new byte[1 << 20];
        long read = 0;
        try
        {
            while (read < length && await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(length - read, buffer.Length))) is > 0 and var count) read += count;
        }
        catch (SocketException)
        {
            // The other end broke it off.
        }

        return read;
    }

    public void Dispose() => socket.Dispose();

    private static bool IsComplete(List<byte> head) => head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'];
}
