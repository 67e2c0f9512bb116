using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BootAppliance.Baremetal.Tests;

/// <summary>Many clients at once, and a power cut in the middle: what was acknowledged is there afterwards.</summary>
public class ConcurrencyTests
{
    private const int Nodes = 200;
    private const int Clients = 16;

    [Fact]
    public async Task Acknowledged_IsThere_AfterAKill_WithManyNodesUnderWay()
    {
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        using var http = Client(appliance.Root);
        var names = Enumerable.Range(0, Nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"node-{i:000}")).ToList();
        await Parallel.ForEachAsync(names, Options(), async (name, cancellation) =>
        {
            using var answer = await http.PostAsJsonAsync("v1/nodes", new { name, driver = "fake-hardware", deploy_interface = "fake", boot_interface = "fake" }, cancellation);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        });

        // Each node goes round: manage, provide, deploy, undeploy; and a counter in its notes is written between.
        var acknowledged = new ConcurrentDictionary<string, int>();
        var enough = new TaskCompletionSource();
        var work = Parallel.ForEachAsync(names, Options(), async (name, cancellation) =>
        {
            try
            {
                for (var step = 1; step <= 10; step++)
                {
                    var target = await NextAsync(http, name, cancellation);
                    using var moved = await http.PutAsJsonAsync($"v1/nodes/{name}/states/provision", new { target }, cancellation);
                    ((int)moved.StatusCode).ShouldBeOneOf(202, 400, 409);
                    using var noted = await http.PatchAsJsonAsync($"v1/nodes/{name}", new[] { new { op = "add", path = "/extra/step", value = step } }, cancellation);
                    if (noted.StatusCode == HttpStatusCode.OK) acknowledged[name] = step;
                    if (acknowledged.Count == Nodes / 2) enough.TrySetResult();
                }
            }
            catch (HttpRequestException)
            {
                // The power cut.
            }
        });
        await Task.WhenAny(enough.Task, work);
        await appliance.KillAndRunAsync(TestContext.Current.CancellationToken);
        await work;

        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(Nodes / 2);
        foreach (var name in names)
        {
            var node = await http.GetFromJsonAsync<JsonObject>($"v1/nodes/{name}", TestContext.Current.CancellationToken);
            ((int?)node!["extra"]!["step"] ?? 0).ShouldBeGreaterThanOrEqualTo(acknowledged.GetValueOrDefault(name), $"{name}: {node}");
            node["provision_state"]!.ToString().ShouldBeOneOf("enroll", "manageable", "available", "active", "deploy failed", "clean failed", "error");
        }
    }

    private static async Task<string> NextAsync(HttpClient http, string name, CancellationToken cancellation)
    {
        var node = await http.GetFromJsonAsync<JsonObject>($"v1/nodes/{name}?fields=provision_state", cancellation);
        return node!["provision_state"]!.ToString() switch
        {
            "enroll" or "clean failed" => "manage",
            "manageable" => "provide",
            "available" => "active",
            "deploy failed" or "error" or "active" => "deleted",
            _ => "manage",
        };
    }

    private static ParallelOptions Options() => new() { MaxDegreeOfParallelism = Clients, CancellationToken = TestContext.Current.CancellationToken };

    private static HttpClient Client(Uri root)
    {
        var http = new HttpClient { BaseAddress = root };
        http.DefaultRequestHeaders.Add("X-OpenStack-Ironic-API-Version", "1.78");
        return http;
    }
}
