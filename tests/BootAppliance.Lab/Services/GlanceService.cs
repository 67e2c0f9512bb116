using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Services;

/// <summary>A real OpenStack Glance without authentication, which keeps images in files or in a <see cref="SwiftService"/>.</summary>
public sealed class GlanceService : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly HttpClient client;
    private readonly DirectoryInfo folder;

    private GlanceService(ChildProcess process, HttpClient client, DirectoryInfo folder) => (this.process, this.client, this.folder) = (process, client, folder);

    /// <summary>Where it listens, such as <c>http://127.0.0.1:9292</c>.</summary>
    public Uri Endpoint => client.BaseAddress!;

    /// <summary>Why this machine cannot run it, or null.</summary>
    public static string? FindObstacle() => ServiceHome.FindObstacle("glance", "python3-glance");

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="home">Where it runs.</param>
    /// <param name="swift">Where its Swift stores are, which belong to the account <c>glance</c>; null: it has none.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<GlanceService> Start(ServiceHome home, SwiftService? swift, CancellationToken cancellation = default)
    {
        if (FindObstacle() is { } obstacle) throw new LabException($"Glance {obstacle}.");
        var kept = Directory.CreateTempSubdirectory("bootappliance-glance-");
        var port = (await home.FreePorts(1))[0];
        GlanceConfiguration.Write(kept.FullName, home.Address, port, swift?.Endpoint);
        var endpoint = new UriBuilder("http", home.Address.ToString(), port).Uri;
        var service = new GlanceService(home.Start("glance", kept.FullName), home.Client(endpoint), kept);
        try
        {
            await ServiceHome.WaitUntilReady(service.client, service.process, [new Uri(endpoint, "/versions")], cancellation);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an image that waits for its content.</summary>
    public async Task<Guid> Create(string name, CancellationToken cancellation = default)
    {
        using var answer = await client.PostAsJsonAsync("/v2/images", new { name, disk_format = "raw", container_format = "bare" }, cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("id").GetGuid();
    }

    /// <summary>Gives an image its content.</summary>
    /// <param name="image">Which one.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="store"><c>file</c>, <c>swift</c>, or <c>swift-N</c>, which has a container for each first N digits of an image's id.</param>
    /// <param name="cancellation">Ends the upload.</param>
    public async Task Upload(Guid image, byte[] content, string store, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v2/images/{image}/file") { Content = new ByteArrayContent(content), Headers = { { "X-Image-Meta-Store", store } } };
        request.Content.Headers.ContentType = new("application/octet-stream");
        await Send(request, cancellation);
    }

    /// <summary>Takes an image out of use, as an administrator does.</summary>
    public Task Deactivate(Guid image, CancellationToken cancellation = default) =>
        Send(new HttpRequestMessage(HttpMethod.Post, $"/v2/images/{image}/actions/deactivate"), cancellation);

    public Task Delete(Guid image, CancellationToken cancellation = default) => Send(new HttpRequestMessage(HttpMethod.Delete, $"/v2/images/{image}"), cancellation);

    /// <summary>What Glance tells about an image.</summary>
    public Task<JsonObject?> Show(Guid image, CancellationToken cancellation = default) => client.GetFromJsonAsync<JsonObject>(string.Create(CultureInfo.InvariantCulture, $"/v2/images/{image}"), cancellation);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var sent = request;
        using var answer = await client.SendAsync(sent, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LabException($"Glance answers {request.Method} {request.RequestUri} with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}{process.Output.Tail()}");
    }
}
