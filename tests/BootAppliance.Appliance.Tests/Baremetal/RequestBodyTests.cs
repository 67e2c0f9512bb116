using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Settings;
using BootAppliance.Tests.Access;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Baremetal;

public sealed class RequestBodyTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Body_IsRead_WhereItsLengthIsNotTold(string version)
    {
        using var folder = new AccessFolder();
        folder.WriteCertificate();
        var settings = new ApiSettings { Endpoint = new Uri("https://127.0.0.1:0"), CertificateFile = folder.Certificate, KeyFile = folder.Key };
        await using var server = await ManagementServer.StartAsync(folder.PathOf("api.sock"), new ManualTime(), settings);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler) { BaseAddress = server.Root, DefaultRequestVersion = new Version(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/nodes") { Version = new Version(version), Content = new Unmeasured("""{"driver": "fake-hardware"}""") };
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        // And no body at all is an object without fields.
        using var empty = new HttpRequestMessage(HttpMethod.Put, $"/v1/nodes/{server.Nodes.All.Single().Uuid}/maintenance") { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        (await client.SendAsync(empty, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task ConfigDrive_ForNobody_IsRefusedBeforeItIsRead()
    {
        await using var rig = await BaremetalRig.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(rig.Server.Root.Host, rig.Server.Root.Port, TestContext.Current.CancellationToken);
        await tcp.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"PUT /v1/nodes/nonesuch/states/provision HTTP/1.1\r\nHost: {rig.Server.Root.Authority}\r\nContent-Length: {60 * MiB}\r\n\r\n"), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 404 Not Found");
    }

    [Fact]
    public async Task Refusal_DoesNotSendBackAllThatCame()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        var reply = await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/provision", $$"""{"target": ["{{new string('x', MiB)}}"]}""");

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Fault.ShouldStartWith("Expected string for target: [\"xxx");
        reply.Text.Length.ShouldBeLessThan(3000);
    }

    [Fact]
    public async Task LargeText_IsCheckedWithoutBeingBuilt()
    {
        var body = Encoding.ASCII.GetBytes($$"""{"configdrive": "{{new string('x', 8 * MiB)}}"}""");
        var least = long.MaxValue;
        // The parser borrows its buffers, which the first time somebody has to make.
        for (var i = 0; i < 3; i++)
        {
            var context = new DefaultHttpContext();
            context.Request.Body = new MemoryStream(body);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reading = new ApiCall(context).BodyAsync();
            reading.IsCompleted.ShouldBeTrue();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            (await reading).GetPropertyCount().ShouldBe(1);
        }

        least.ShouldBeLessThan(12 * MiB);
    }

    [Theory]
    [InlineData("""{"name": "\ud800"}""")]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""[["\udc00"]]""")]
    [InlineData("{\"name\": \"\u00ff\"}")]
    [InlineData("{\"\u00ff\": 1}")]
    public async Task Text_ThatIsNone_IsRefused(string body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.Latin1.GetBytes(body));

        (await Should.ThrowAsync<BaremetalException>(() => new ApiCall(context).BodyAsync())).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Text_WithEscapes_IsReadAsItIsMeant()
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream("""{"a\u0062": "\ud83d\ude00 ä \\"}"""u8.ToArray());

        (await new ApiCall(context).BodyAsync()).GetProperty("ab").GetString().ShouldBe("😀 ä \\");
    }

    /// <summary>A body that comes piece by piece: chunked in HTTP/1.1, without a word about its length in HTTP/2.</summary>
    private sealed class Unmeasured(string text) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
