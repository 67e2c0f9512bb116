using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using BootAppliance.Baremetal.Tests.Fuzz;
using BootAppliance.Baremetal.Tests.Replay;

namespace BootAppliance.Baremetal.Tests;

/// <summary>Whatever a client sends, it gets an answer in Ironic's form with a reason, and never "500".</summary>
public class ApiFuzzTests
{
    private const int Number = 20_300_101;
    private static readonly TimeSpan duration = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Api_StandsWhateverComes()
    {
        var exchanges = ((string[])["02", "03", "04", "05", "07", "08", "22", "23", "30"]).SelectMany(Recording.Load).ToList();
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        using var replayer = new Replayer(appliance);
        await replayer.PlayAsync(Recording.Load("02"), TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = appliance.Root };
        var mutator = new RequestMutator(Number, exchanges);

        var (count, watch) = (0, Stopwatch.StartNew());
        for (; watch.Elapsed < duration; count++)
        {
            var request = mutator.Next();
            var (status, body) = await SendAsync(http, request);
            status.ShouldBeLessThan(500, $"{request} → {body}\n{string.Join('\n', appliance.Process.Output.Lines.TakeLast(20))}");
            if (status >= 400 && request.Method is not ("HEAD" or "OPTIONS")) HasReason(body).ShouldBeTrue($"{request} → {status} {body}");
        }

        count.ShouldBeGreaterThan(200);
        (await SendAsync(http, new WildRequest("GET", "/v1/nodes", "1.78", null))).Status.ShouldBe(200);
    }

    private static async Task<(int Status, string Body)> SendAsync(HttpClient http, WildRequest wild)
    {
        using var request = new HttpRequestMessage(new HttpMethod(wild.Method), wild.Path);
        if (wild.Version is not null) request.Headers.TryAddWithoutValidation("X-OpenStack-Ironic-API-Version", wild.Version);
        if (wild.Body is not null)
        {
            request.Content = new ByteArrayContent(wild.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    private static bool HasReason(string body)
    {
        // The boot routes have one answer for every refusal, without a word.
        if (body.Length == 0) return true;
        return JsonNode.Parse(body) is JsonObject fields && fields["error_message"] is JsonValue message && JsonNode.Parse(message.ToString()) is JsonObject;
    }
}
