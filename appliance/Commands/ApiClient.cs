using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BootAppliance.Commands;

/// <summary>Talks HTTP to the running appliance over its Unix socket.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly string socketPath;
    private readonly HttpClient http;

    public ApiClient(string socketPath)
    {
        this.socketPath = socketPath;
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = new Uri("http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<ApiAnswer> PostAsync(string path, JsonObject body, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, body, cancellation);

    public Task<ApiAnswer> PutAsync(string path, JsonObject body, CancellationToken cancellation) => SendAsync(HttpMethod.Put, path, body, cancellation);

    public Task<ApiAnswer> PatchAsync(string path, JsonObject body, CancellationToken cancellation) => SendAsync(HttpMethod.Patch, path, body, cancellation);

    public Task<ApiAnswer> DeleteAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, path, null, cancellation);

    /// <summary>Sends bytes that are no JSON.</summary>
    public async Task<ApiAnswer> PutAsync(string path, HttpContent content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        return await SendAsync(request, cancellation);
    }

    /// <summary>A path with one name in it, whatever characters that has.</summary>
    public static string Path(string folder, string name, string rest = "") => $"{folder}/{Uri.EscapeDataString(name)}{rest}";

    /// <summary>A path with those of the query's values that are given.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var separator = '?';
        foreach (var (name, value) in values)
        {
            if (value is null) continue;
            path += $"{separator}{name}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return path;
    }

    /// <summary>The answer's stream as it grows; the caller ends it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw new ApiFailure(await ReasonAsync(response, cancellation));
        }
        catch (HttpRequestException broken)
        {
            throw new ApiFailure(WhyNoAnswer(broken), broken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        return await SendAsync(request, cancellation);
    }

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await OpenAsync(request, cancellation);
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return new ApiAnswer(text.Length == 0 ? default : JsonElement.Parse(text));
        }
        catch (HttpRequestException broken)
        {
            throw new ApiFailure(WhyNoAnswer(broken), broken);
        }
        catch (JsonException notJson)
        {
            throw new ApiFailure($"what answers on {socketPath} is not this appliance: {notJson.Message}", notJson);
        }
    }

    private string WhyNoAnswer(HttpRequestException broken) => broken.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
        ? $"no permission to use {socketPath}: run this as root or as a member of the socket's group"
        : broken.HttpRequestError is HttpRequestError.ConnectionError
            ? $"the appliance is not running (no answer on {socketPath}): start it with 'bootappliance run'; is --config the same file?"
            : $"the appliance broke the conversation off on {socketPath}: {broken.Message}";

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        try
        {
            if (JsonNode.Parse(text)?["error"]?["message"]?.GetValue<string>() is { } message) return message;
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            // Not our form of an error: the status has to do.
        }

        return $"the appliance answered {(int)response.StatusCode} {response.ReasonPhrase}";
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
