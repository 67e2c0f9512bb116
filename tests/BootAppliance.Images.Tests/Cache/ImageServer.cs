using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tests;

/// <summary>A small HTTP/1.1 server on loopback that answers as a test wants it to, also as no proper server would.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim asked = new(0);
    private readonly Func<Request, Answer> answer;
    private readonly Task accepting;

    public ImageServer(Func<Request, Answer> answer)
    {
        this.answer = answer;
        listener.Start();
        Root = $"http://{listener.LocalEndpoint}";
        accepting = AcceptAsync();
    }

    public string Root { get; }

    public ConcurrentQueue<Request> Requests { get; } = [];

    /// <summary>A proper server of one file: validators, conditions, ranges.</summary>
    public static Answer Serve(Request request, byte[] file, string? etag = "\"1\"", string? modified = null)
    {
        Dictionary<string, string> headers = [];
        if (etag is not null) headers["ETag"] = etag;
        if (modified is not null) headers["Last-Modified"] = modified;
        if ((etag is not null && request.Header("If-None-Match") == etag) || (etag is null && modified is not null && request.Header("If-Modified-Since") == modified)) return new Answer { Status = "304 Not Modified", Headers = headers, Length = null };
        var condition = request.Header("If-Range");
        if (request.Header("Range") is not { } range || (condition is not null && condition != etag && condition != modified)) return new Answer { Body = file, Headers = headers };
        var from = int.Parse(range["bytes=".Length..^1]);
        headers["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}";
        return new Answer { Status = "206 Partial Content", Body = file[from..], Headers = headers };
    }

    /// <summary>Waits until it has been asked so often in all.</summary>
    public async Task AskedAsync(int count, CancellationToken cancellation)
    {
        while (Requests.Count < count) await asked.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);
            _ = Task.Run(async () =>
            {
                using (client) await TalkAsync(client).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            });
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var first = (await reader.ReadLineAsync(stopping.Token))!.Split(' ');
        List<string> lines = [];
        while (await reader.ReadLineAsync(stopping.Token) is { Length: > 0 } line) lines.Add(line);
        var request = new Request(first[0], first[1], lines);
        Requests.Enqueue(request);
        asked.Release();
        var said = answer(request);
        await said.Before.WaitAsync(stopping.Token);
        var head = new StringBuilder($"HTTP/1.1 {said.Status}\r\nConnection: close\r\n");
        if ((said.Length ?? (said.Status.StartsWith("304", StringComparison.Ordinal) ? null : said.Body.Length)) is { } length && !said.IsWithoutLength) head.Append($"Content-Length: {length}\r\n");
        foreach (var (name, value) in said.Headers) head.Append($"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), stopping.Token);
        var begin = Math.Min(said.PauseAt, said.CutAt);
        await stream.WriteAsync(said.Body.AsMemory(0, Math.Min(begin, said.Body.Length)), stopping.Token);
        if (said.PauseAt < said.Body.Length) await said.Pause.WaitAsync(stopping.Token);
        if (begin < Math.Min(said.CutAt, said.Body.Length)) await stream.WriteAsync(said.Body.AsMemory(begin, Math.Min(said.CutAt, said.Body.Length) - begin), stopping.Token);
        // Without the end of the body a reset, and no proper close.
        if (said.CutAt < said.Body.Length) client.LingerState = new LingerOption(enable: true, seconds: 0);
        else client.Client.Shutdown(SocketShutdown.Send);
    }

    public sealed record Request(string Method, string Path, IReadOnlyList<string> Lines)
    {
        public string? Header(string name) => Lines.Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 2)..]).FirstOrDefault();
    }

    public sealed record Answer
    {
        public string Status { get; init; } = "200 OK";

        public Dictionary<string, string> Headers { get; init; } = [];

        public byte[] Body { get; init; } = [];

        /// <summary>What it says that the length is; null: what it is.</summary>
        public long? Length { get; init; }

        public bool IsWithoutLength { get; init; }

        /// <summary>After so many bytes of the body the connection breaks.</summary>
        public int CutAt { get; init; } = int.MaxValue;

        /// <summary>After so many bytes of the body it waits.</summary>
        public int PauseAt { get; init; } = int.MaxValue;

        public Task Pause { get; init; } = Task.CompletedTask;

        public Task Before { get; init; } = Task.CompletedTask;
    }
}
