using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using BootAppliance.Http.Limits;
using BootAppliance.Tests.Access;
using BootAppliance.Tests.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Limits;

public sealed class WebLimitsTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_ThatIsTooLarge_IsRefusedReadably(bool lengthIsGiven)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = new HttpClient { BaseAddress = server.Root };

        using var answer = await client.SendAsync(Request("POST", "/api/nodes", MiB + 1, lengthIsGiven), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldEndWith(
            "\"error\":{\"message\":\"the body of POST /api/nodes may have 1048576 bytes, and this one has more\",\"code\":413}}");
    }

    [Theory]
    [InlineData("PUT", "/v1/nodes/web1/states/provision", 64 * MiB)]
    [InlineData("PUT", "/v1/nodes/web1/states/provision/", 64 * MiB)]
    [InlineData("PUT", "/nodes/web1/states/provision", 64 * MiB)]
    [InlineData("PUT", "/api/nodes/web1/provision", 64 * MiB)]
    [InlineData("POST", "/v1/nodes/web1/states/provision", MiB)]
    [InlineData("PUT", "/v1/nodes/web1/states/power", MiB)]
    [InlineData("PATCH", "/v1/nodes/web1", MiB)]
    [InlineData("POST", "/v1/continue_inspection", 8 * MiB)]
    public async Task Body_MayBeAsLarge_AsItsRouteNeeds(string method, string path, int limit)
    {
        // Every route of this server reads its body to the end; those of the agent, which it has anyway, then say that it is none of theirs.
        await using var server = await BootServer.StartAsync(more: routes => routes.Map("/{**all}", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }));

        using var taken = await server.Client.SendAsync(Request(method, path, limit), Cancellation);
        taken.StatusCode.ShouldNotBe(HttpStatusCode.RequestEntityTooLarge);
        using var refused = await server.Client.SendAsync(Request(method, path, limit + 1), Cancellation);
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Connections_AreBounded_AndFreeAgainWhenOneEnds()
    {
        using var log = new LogLines();
        var limit = new ConnectionLimit(2, new ManualTime(), log);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        limit.Add(builder.Services);
        await using var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("hello"));
        await app.StartAsync(Cancellation);
        var address = new Uri(app.Urls.Single());

        using var first = await AskAsync(address);
        using var second = await AskAsync(address);
        for (var i = 0; i < 3; i++) (await AskAsync(address)).ShouldBeNull();
        log.Seen.Count(line => line.Contains("2 connections are open, which is the most", StringComparison.Ordinal)).ShouldBe(1);

        first.ShouldNotBeNull().Dispose();
        second.ShouldNotBeNull();
        Socket? third;
        // The server hears of the end a moment later.
        do third = await AskAsync(address);
        while (third is null);
        third.Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static HttpRequestMessage Request(string method, string path, int size, bool lengthIsGiven = true)
    {
        // Blanks, which a parser of JSON reads on and on.
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent([.. Enumerable.Repeat((byte)' ', size)]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // Then nothing is sent before the server has asked for it, and its refusal is not lost behind a broken connection.
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = !lengthIsGiven;
        return request;
    }

    /// <summary>Asks on a connection of its own and keeps it open; null if the server closes it.</summary>
    private static async Task<Socket?> AskAsync(Uri server)
    {
        var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await tcp.ConnectAsync(server.Host, server.Port, Cancellation);
            await tcp.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
            if (await tcp.ReceiveAsync(new byte[12], Cancellation) > 0) return tcp;
        }
        catch (SocketException)
        {
            // The server was quicker.
        }

        tcp.Dispose();
        return null;
    }
}
