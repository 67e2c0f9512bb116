using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>A boot plane, nodes that wait for their agents on it, and what such an agent asks.</summary>
internal sealed class AgentRig : IAsyncDisposable
{
    public const string Mac = "52:54:00:12:34:56";
    public const string Callback = "http://192.0.2.100:9999";

    private AgentRig(BootServer server) => Server = server;

    public BootServer Server { get; }

    public static async Task<AgentRig> StartAsync() => new(await BootServer.StartAsync());

    public static JsonElement Recording(string name, [CallerFilePath] string here = "") =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Recordings", name)));

    /// <summary>A node that was led through these events.</summary>
    public async Task<Node> AddAsync(string mac, params ProvisionEvent[] events)
    {
        var node = await Server.Nodes.AddAsync(new Node
        {
            Name = "n" + mac.Replace(":", ""),
            ProvisionState = ProvisionState.Manageable,
            DriverInfo = JsonFields.Parse("""{"deploy_kernel": "agent.kernel", "deploy_ramdisk": "agent.initramfs", "ipmi_address": "192.0.2.11"}"""),
            InstanceInfo = JsonFields.Parse("""{"configdrive": "H4sI", "image_url": "http://198.18.0.1/x?temp_url_sig=1", "kernel": "k"}"""),
            Ports = [new Port { Address = Parse(mac) }],
        });
        foreach (var @event in events) node = await Server.Nodes.ApplyAsync(node.Uuid, @event);
        return node;
    }

    public Task<Node> CleaningAsync(string mac = Mac) => AddAsync(mac, ProvisionEvent.Clean, ProvisionEvent.Wait);

    public Task<Node> InspectingAsync(string mac = Mac) => AddAsync(mac, ProvisionEvent.Inspect, ProvisionEvent.Wait);

    public Node Now(Node node) => Server.Nodes.FindByUuid(node.Uuid)!;

    public async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpMethod method, string path, string? version, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        if (version is not null) request.Headers.Add("X-OpenStack-Ironic-API-Version", version);
        using var answer = await Server.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> LookupAsync(string addresses = Mac, string version = "1.62")
    {
        var (status, body) = await AskAsync(HttpMethod.Get, "/v1/lookup?addresses=" + Uri.EscapeDataString(addresses), version);
        status.ShouldBe(HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    public async Task<string> TokenAsync(string addresses = Mac) => (await LookupAsync(addresses)).GetProperty("config").GetProperty("agent_token").GetString()!;

    public Task<(HttpStatusCode Status, string Body)> HeartbeatAsync(Node node, string? token, string callback = Callback, string version = "1.68") =>
        AskAsync(HttpMethod.Post, $"/v1/heartbeat/{node.Uuid}", version, new { callback_url = callback, agent_token = token, agent_version = "10.2.0" });

    public Task<(HttpStatusCode Status, string Body)> InspectionAsync(object report, string query = "") =>
        AskAsync(HttpMethod.Post, "/v1/continue_inspection" + query, null, report);

    /// <summary>What the refusal says to the agent's user.</summary>
    public static string Words(string body) => JsonElement.Parse(JsonElement.Parse(body).GetProperty("error_message").GetString()!).GetProperty("faultstring").GetString()!;

    public IEnumerable<MachineEvent> Events(MachineEventKind kind) => Server.Events.Query(new EventQuery()).Where(seen => seen.Kind == kind);

    /// <summary>Waits until something happens, or did.</summary>
    public async Task SeenAsync(MachineEventKind kind, CancellationToken cancellation, string text = "")
    {
        await foreach (var seen in Server.Events.WatchAsync(0, cancellation))
        {
            if (seen.Kind == kind && seen.Text.Contains(text, StringComparison.Ordinal)) return;
        }
    }

    public static MacAddress Parse(string mac) => MacAddress.TryParse(mac, out var address) ? address : throw new ArgumentException(mac);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
