using System.Collections.Concurrent;
using BootAppliance.Commands;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Commands;

public sealed class EventCommandTests : IDisposable
{
    private const string Offer =
        """{"sequence":7,"time":"2030-01-01T12:03:04.12Z","kind":"dhcp-offer","mac":"52:54:00:12:34:56","node":"demo","text":"offer 192.0.2.100 to UEFI x64 PXE: ipxe.efi"}""";

    private const string Unknown =
        """{"sequence":8,"time":"2029-12-31T12:00:00Z","kind":"unknown-machine","mac":"52:54:00:00:00:01","node":null,"text":"[b]no node\u001b[0m"}""";

    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task List_HasOneLineForEachEvent()
    {
        await using var appliance = await rig.ServeAsync($$"""{"events":[{{Offer}},{{Unknown}}]}""");

        (await rig.OutputOfAsync("event", "list", "--node", "demo", "--limit", "20")).ShouldBe("""
            12:03:04.1  demo  52:54:00:12:34:56  offer 192.0.2.100 to UEFI x64 PXE: ipxe.efi
            2029-12-31 12:00:00.0  -     52:54:00:00:00:01  [b]no node�[0m
            """);
        appliance.Requests.ShouldBe(["GET /api/events?node=demo&limit=20"]);
    }

    [Fact]
    public async Task Watch_PrintsEventsAsTheyCome_UntilItsLimit()
    {
        await using var appliance = await rig.ServeAsync(context => SendAsync(context, (7, Offer), (8, Unknown), (9, Offer)));

        (await rig.OutputOfAsync("event", "watch", "--mac", "52:54:00:12:34:56", "--limit", "2")).ShouldBe("""
            12:03:04.1  demo          52:54:00:12:34:56  offer 192.0.2.100 to UEFI x64 PXE: ipxe.efi
            2029-12-31 12:00:00.0  -             52:54:00:00:00:01  [b]no node�[0m
            """);
        appliance.Requests.ShouldBe(["GET /api/events/watch?mac=52%3A54%3A00%3A12%3A34%3A56"]);
    }

    [Fact]
    public async Task Watch_PrintsOneJsonInALine()
    {
        await using var appliance = await rig.ServeAsync(context => SendAsync(context, (7, Offer), (8, Unknown)));

        (await rig.OutputOfAsync("event", "watch", "--json", "--limit", "2")).ShouldBe($"{Offer}\n{Unknown.Replace("\\u001b", "\\u001B")}");
    }

    [Fact]
    public async Task Watch_GoesOnWhereItWas_WhenTheConnectionBreaks()
    {
        var lastIds = new ConcurrentQueue<string>();
        await using var appliance = await rig.ServeAsync(async context =>
        {
            lastIds.Enqueue(context.Request.Headers["Last-Event-ID"].ToString());
            switch (lastIds.Count)
            {
                case 1:
                    await SendAsync(context, (7, Offer));
                    await rig.FirstOutput;
                    context.Abort();
                    break;
                case 2:
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    break;
                default:
                    await SendAsync(context, (8, Offer));
                    break;
            }
        });

        var (status, output, error) = await rig.RunAsync("event", "watch", "--limit", "2");

        status.ShouldBe(CommandLine.Success);
        output.Split('\n').Length.ShouldBe(2);
        error.ShouldBe("the appliance broke off; waiting for it to come back\nthe appliance is back");
        lastIds.ShouldBe(["", "7", "7"]);
    }

    private static async Task SendAsync(HttpContext context, params (long Sequence, string Json)[] events)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var (sequence, json) in events)
        {
            await context.Response.WriteAsync($"id: {sequence}\ndata: {json}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }
}
