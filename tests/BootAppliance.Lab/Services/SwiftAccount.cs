namespace BootAppliance.Lab.Services;

/// <summary>An account of a <see cref="SwiftService"/>, in the hands of its user.</summary>
public sealed class SwiftAccount
{
    private readonly HttpClient client;
    private readonly string token;

    private SwiftAccount(HttpClient client, string name, string token) => (this.client, Name, this.token) = (client, name, token);

    /// <summary>Its name in URLs, such as <c>AUTH_test</c>, not percent-encoded.</summary>
    public string Name { get; }

    /// <summary>Sets the two keys of the account that temporary URLs are signed with; empty: none.</summary>
    public Task SetKeys(string first, string second, CancellationToken cancellation = default) =>
        Send(HttpMethod.Post, "", null, [("X-Account-Meta-Temp-URL-Key", first), ("X-Account-Meta-Temp-URL-Key-2", second)], cancellation);

    /// <summary>Makes a container, with a key for its objects alone if one is given.</summary>
    public Task MakeContainer(string container, string key = "", CancellationToken cancellation = default) =>
        Send(HttpMethod.Put, Uri.EscapeDataString(container), null, [("X-Container-Meta-Temp-URL-Key", key)], cancellation);

    /// <summary>Stores an object, by its name as it is.</summary>
    public Task Put(string container, string name, byte[] content, CancellationToken cancellation = default) => Put(container, name, "", content, [], cancellation);

    /// <summary>Stores an object, as the query and the headers say.</summary>
    public Task Put(string container, string name, string query, byte[] content, (string Name, string Value)[] headers, CancellationToken cancellation = default) =>
        Send(HttpMethod.Put, $"{Uri.EscapeDataString(container)}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}{query}", new ByteArrayContent(content), headers, cancellation);

    public Task Delete(string container, string name, CancellationToken cancellation = default) =>
        Send(HttpMethod.Delete, $"{container}/{Uri.EscapeDataString(name)}", null, [], cancellation);

    internal static async Task<SwiftAccount> LogIn(HttpClient client, string account, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/v1.0") { Headers = { { "X-Auth-User", $"{account}:{SwiftService.User}" }, { "X-Auth-Key", SwiftService.Password } } };
        using var answer = await client.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
        return new SwiftAccount(client, $"AUTH_{account}", answer.Headers.GetValues("X-Auth-Token").First());
    }

    private async Task Send(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, $"/v1/{Uri.EscapeDataString(Name)}{(path.Length == 0 ? "" : "/")}{path}") { Content = content, Headers = { { "X-Auth-Token", token } } };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode) throw new LabException($"Swift answers {method} {path} with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
