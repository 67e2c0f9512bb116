using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BootAppliance.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Tests;

public sealed class FileSenderTests
{
    private const int Length = 30_000_000; // far more than the buffers between the two hold

    [Fact]
    public async Task File_ArrivesUnchanged_AgainAndAgainOnOneConnection()
    {
        await using var server = await BootServer.StartAsync();
        var content = await Write(server, Length);
        using var client = await RawConnection.OpenAsync(server.Root);
        for (var round = 0; round < 3; round++)
        {
            await client.SendAsync("GET /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
            (await client.ReadAsync()).Body.AsSpan().SequenceEqual(content).ShouldBeTrue();
            await client.SendAsync("HEAD /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
            (await client.ReadAsync(hasBody: false)).Headers["Content-Length"].ShouldBe($"{Length}");
        }
    }

    [Fact]
    public async Task ManyClients_GetWhatTheyAskedFor_AtOnce()
    {
        await using var server = await BootServer.StartAsync();
        var content = await Write(server, Length);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            using var client = await RawConnection.OpenAsync(server.Root, receiveBuffer: 20_000 * (i + 1));
            var first = i * 1_000_003 % (Length - 7_000_000);
            await client.SendAsync($"GET /images/image HTTP/1.1\r\nHost: x\r\nRange: bytes={first}-{first + 6_999_999}\r\n\r\n");
            (await client.ReadAsync()).Body.AsSpan().SequenceEqual(content.AsSpan(first, 7_000_000)).ShouldBeTrue();
        }));
    }

    [Fact]
    public async Task StalledClients_HoldNoThread_AndNoMemory()
    {
        const int Clients = 1000;
        await using var server = await BootServer.StartAsync();
        await Write(server, Length);
        List<RawConnection> clients = [];
        try
        {
            for (var i = 0; i < 20; i++) clients.Add(await StallAsync(server));
            var (threads, memory) = (Process.GetCurrentProcess().Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
            for (var i = 0; i < Clients; i++) clients.Add(await StallAsync(server));

            // The tests beside this one have threads too, but not hundreds; and the memory is that of both ends.
            (Process.GetCurrentProcess().Threads.Count - threads).ShouldBeLessThan(100);
            ((GC.GetTotalMemory(forceFullCollection: true) - memory) / Clients).ShouldBeLessThan(60_000);

            using var other = await server.Client.GetAsync(new Uri("/boot.ipxe", UriKind.Relative), TestContext.Current.CancellationToken);
            other.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await clients[^1].ReadBodyAsync(Length)).ShouldBe(Length);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatIsCutOff_IsInTheTimeline_WithWhatItGot(bool isReset)
    {
        await using var server = await BootServer.StartAsync();
        await Write(server, Length);
        using (var client = await StallAsync(server))
        {
            (await client.ReadBodyAsync(1)).ShouldBePositive();
            if (isReset) client.Socket.LingerState = new LingerOption(true, 0);
        }

        var sent = await Await(server, MachineEventKind.ImageSent, MachineEventKind.ImageAborted);
        sent.Kind.ShouldBe(MachineEventKind.ImageAborted);
        sent.Bytes!.Value.ShouldBeInRange(1, Length - 1);
    }

    [Fact]
    public async Task ClientThatGoesAtOnce_IsInTheTimeline()
    {
        const int Clients = 30;
        await using var server = await BootServer.StartAsync();
        await Write(server, Length);
        for (var i = 0; i < Clients; i++)
        {
            using var client = await RawConnection.OpenAsync(server.Root, receiveBuffer: 4096);
            await client.SendAsync("GET /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadHeadAsync();
        }

        var told = 0;
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
            if (seen.Kind == MachineEventKind.ImageAborted && ++told == Clients) return;
    }

    [Fact]
    public async Task FileThatShrinks_EndsTheConnection_AndNeverLooksWhole()
    {
        await using var server = await BootServer.StartAsync();
        await Write(server, Length);
        using var client = await StallAsync(server);
        await using (var image = new FileStream(Path.Combine(server.ImageFolder, "image"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) image.SetLength(8_000_000);
        (await client.ReadBodyAsync(Length)).ShouldBeLessThan(Length);
    }

    [Fact]
    public async Task StoppedServer_LetsADownloadFinish()
    {
        await using var server = await BootServer.StartAsync();
        await Write(server, Length);
        using var client = await StallAsync(server);
        var stopping = server.StopAsync();
        (await client.ReadBodyAsync(Length)).ShouldBe(Length);
        await stopping;
    }

    [Fact]
    public async Task GivenUpConnection_EndsADownload_ThatNobodyTakes()
    {
        await using var server = await FileServer.StartAsync(RandomNumberGenerator.GetBytes(Length), maxRate: 0, _ => { });
        using var client = await RawConnection.OpenAsync(server.Root, receiveBuffer: 4096);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadHeadAsync();
        (await server.Asked).Abort();
        await server.Answered.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FullSegments_GoOutAlone_WhileAFileIsSent()
    {
        await using var server = await FileServer.StartAsync(RandomNumberGenerator.GetBytes(Length), maxRate: 0, _ => { });
        using var client = await RawConnection.OpenAsync(server.Root, receiveBuffer: 4096);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadHeadAsync()).Status.ShouldBe(200);
        var read = await client.ReadBodyAsync(1);
        var socket = (await server.Asked).Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        IsCorked().ShouldBeTrue();

        read += await client.ReadBodyAsync(Length - FileServer.Offset - read);
        read.ShouldBe(Length - FileServer.Offset);
        await server.Answered;
        IsCorked().ShouldBeFalse("the next answer would wait for more than there is");

        bool IsCorked()
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            socket.GetRawSocketOption(6, 3, value); // IPPROTO_TCP, TCP_CORK
            return value[0] != 0;
        }
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2.0")]
    public async Task Tls_GetsTheSameBytes(HttpProtocols protocols, string version)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await CheckAsync(endpoint => endpoint.UseHttps(certificate), protocols, Version.Parse(version), certificate);
    }

    [Fact]
    public Task Http2_WithoutTls_GetsTheSameBytes() => CheckAsync(_ => { }, HttpProtocols.Http2, HttpVersion.Version20, certificate: null);

    [Fact]
    public async Task Rate_IsKept_ByTheKernel()
    {
        const int Rate = 4_000_000;
        var content = RandomNumberGenerator.GetBytes((2 * Rate) + FileServer.Offset);
        await using var server = await FileServer.StartAsync(content, Rate, _ => { });
        using var client = await RawConnection.OpenAsync(server.Root);
        var start = Stopwatch.GetTimestamp();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadAsync()).Body.AsSpan().SequenceEqual(content.AsSpan(FileServer.Offset)).ShouldBeTrue();

        // Less than the two seconds of the whole: a connection begins with some packets at once.
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task LargeFile_IsServedAtAnyOffset_AndInPartsOfAnyLength()
    {
        const long Large = 20L << 30;
        await using var server = await BootServer.StartAsync();
        await using (var image = File.Create(Path.Combine(server.ImageFolder, "image")))
        {
            // Sparse: it takes no room.
            image.SetLength(Large);
            image.Position = (5L << 30) - 2;
            image.Write("mark"u8);
        }

        using var client = await RawConnection.OpenAsync(server.Root);
        await client.SendAsync("HEAD /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadAsync(hasBody: false)).Headers["Content-Length"].ShouldBe($"{Large}");
        await client.SendAsync($"GET /images/image HTTP/1.1\r\nHost: x\r\nRange: bytes={(5L << 30) - 2}-{(5L << 30) + 1}\r\n\r\n");
        (await client.ReadAsync()).Body.ShouldBe("mark"u8.ToArray());
        await client.SendAsync($"GET /images/image HTTP/1.1\r\nHost: x\r\nRange: bytes=-7\r\n\r\n");
        (await client.ReadAsync()).Headers["Content-Range"].ShouldBe($"bytes {Large - 7}-{Large - 1}/{Large}");

        // More than a number of 32 bits holds.
        await client.SendAsync($"GET /images/image HTTP/1.1\r\nHost: x\r\nRange: bytes=4000000000-6199999999\r\n\r\n");
        (await client.ReadHeadAsync()).Headers["Content-Length"].ShouldBe("2200000000");
        (await client.ReadBodyAsync(2_200_000_000)).ShouldBe(2_200_000_000);
        await client.SendAsync("HEAD /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadAsync(hasBody: false)).Status.ShouldBe(200);
    }

    private static async Task CheckAsync(Action<ListenOptions> secure, HttpProtocols protocols, Version version, X509Certificate2? certificate)
    {
        var content = RandomNumberGenerator.GetBytes(5_000_000);
        await using var server = await FileServer.StartAsync(content, maxRate: 0, endpoint =>
        {
            endpoint.Protocols = protocols;
            secure(endpoint);
        });
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, served, _, _) => served!.GetCertHashString() == certificate!.Thumbprint } });
        for (var round = 0; round < 2; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Root) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(content.AsSpan(FileServer.Offset)).ShouldBeTrue();
        }
    }

    /// <summary>A client that has asked for the image, has read the beginning of the answer, and reads no more.</summary>
    private static async Task<RawConnection> StallAsync(BootServer server)
    {
        var client = await RawConnection.OpenAsync(server.Root, receiveBuffer: 4096);
        await client.SendAsync("GET /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadHeadAsync()).Status.ShouldBe(200);
        return client;
    }

    private static async Task<byte[]> Write(BootServer server, int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        await File.WriteAllBytesAsync(Path.Combine(server.ImageFolder, "image"), content);
        return content;
    }

    private static async Task<MachineEvent> Await(BootServer server, params MachineEventKind[] kinds)
    {
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
            if (kinds.Contains(seen.Kind)) return seen;
        throw new InvalidOperationException("no such event");
    }
}
