using System.Net;
using System.Text;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

/// <summary>The bare metal API on a real socket over a real database, and a client that says which version it speaks.</summary>
internal sealed class BaremetalRig : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly HttpClient client;

    private BaremetalRig(DirectoryInfo folder, ManagementServer server)
    {
        this.folder = folder;
        Server = server;
        client = new HttpClient { BaseAddress = server.Root };
    }

    public ManagementServer Server { get; }

    public NodeRegistry Nodes => Server.Nodes;

    /// <summary>Where the API is, as its links begin.</summary>
    public string Root => Server.Root.ToString().TrimEnd('/');

    public static async Task<BaremetalRig> StartAsync(TimeProvider? time = null)
    {
        var work = Directory.CreateTempSubdirectory("bootappliance-baremetal-");
        return new BaremetalRig(work, await ManagementServer.StartAsync(Path.Combine(work.FullName, "api.sock"), time ?? new ManualTime()));
    }

    public Task<BaremetalReply> GetAsync(string path, int version = 96) => AskAsync("GET", path, null, version);

    public Task<BaremetalReply> DeleteAsync(string path, int version = 96) => AskAsync("DELETE", path, null, version);

    public async Task<BaremetalReply> AskAsync(string method, string path, string? body, int version = 96)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-OpenStack-Ironic-API-Version", $"1.{version}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new BaremetalReply(response.StatusCode, text, response.Headers.Location?.ToString());
    }

    /// <summary>Adds a node of <c>fake-hardware</c> with these fields, given as the inside of a JSON object; says its UUID.</summary>
    public async Task<Guid> AddAsync(string name, string fields = "", int version = 96)
    {
        var reply = await AskAsync("POST", "/v1/nodes", $$"""{"driver": "fake-hardware", "name": "{{name}}"{{(fields.Length == 0 ? "" : ", " + fields)}}}""", version);
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        return reply.Json.GetProperty("uuid").GetGuid();
    }

    /// <summary>Adds something, which must work.</summary>
    public async Task<JsonElement> PostAsync(string path, string body, int version = 96)
    {
        var reply = await AskAsync("POST", path, body, version);
        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Text);
        return reply.Json;
    }

    /// <summary>A node that is in this state already.</summary>
    public Task<Node> AddInAsync(ProvisionState state, string name = "bm-01", Func<Node, Node>? with = null)
    {
        var node = new Node { Name = name, Driver = "fake-hardware", ProvisionState = state };
        return Nodes.AddAsync(with?.Invoke(node) ?? node);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

/// <summary>What the API answered.</summary>
internal sealed record BaremetalReply(HttpStatusCode Status, string Text, string? Location)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The words of a refusal, which are JSON inside of JSON.</summary>
    public string Fault => JsonElement.Parse(Json.GetProperty("error_message").GetString()!).GetProperty("faultstring").GetString()!;

    public JsonElement this[string field] => Json.GetProperty(field);

    /// <summary>The values of one field through a list.</summary>
    public string?[] Texts(string list, string field) => [.. Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty(field).GetString())];

    /// <summary>The names of an object's fields.</summary>
    public static string[] Names(JsonElement item) => [.. item.EnumerateObject().Select(member => member.Name)];

    /// <summary>Fails unless the request was refused in these words.</summary>
    public void ShouldRefuse(HttpStatusCode status, string fault)
    {
        Status.ShouldBe(status, Text);
        Fault.ShouldBe(fault);
    }
}
