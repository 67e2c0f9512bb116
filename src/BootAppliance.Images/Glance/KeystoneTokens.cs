using System.Net.Http.Json;

namespace BootAppliance.Images;

/// <summary>Who logs in to Keystone, and for which project.</summary>
/// <param name="Endpoint">Scheme, host and port, with the path that Keystone may be below, without <c>/v3</c>.</param>
/// <param name="User">The user's name.</param>
/// <param name="Password">The password.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Domain">The name of the domain that both are in.</param>
public sealed record KeystoneLogin(Uri Endpoint, string User, string Password, string Project, string Domain)
{
    /// <inheritdoc/>
    public override string ToString() => $"{User} at {Endpoint.Authority}";
}

/// <summary>Keystone gave no token; the message is for the operator and holds no secret.</summary>
public sealed class KeystoneException(string message) : Exception(message);

/// <summary>Tokens of Keystone (its API v3), got by a password and kept until they are refused.</summary>
public sealed class KeystoneTokens(KeystoneLogin login, HttpClient http) : IGlanceTokens, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private string? token;

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(string? refused, CancellationToken cancellation)
    {
        if (token is { } known && known != refused) return known;
        await turn.WaitAsync(cancellation);
        try
        {
            return token is { } renewed && renewed != refused ? renewed : token = await LogInAsync(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<string> LogInAsync(CancellationToken cancellation)
    {
        var domain = new { name = login.Domain };
        var body = new
        {
            auth = new
            {
                identity = new { methods = new[] { "password" }, password = new { user = new { name = login.User, domain, password = login.Password } } },
                scope = new { project = new { name = login.Project, domain } },
            },
        };
        try
        {
            using var answer = await http.PostAsJsonAsync(login.Endpoint.AbsoluteUri.TrimEnd('/') + "/v3/auth/tokens", body, cancellation);
            return answer.IsSuccessStatusCode && answer.Headers.TryGetValues("X-Subject-Token", out var tokens)
                ? tokens.First()
                : throw new KeystoneException($"Keystone gives {login} no token ({(int)answer.StatusCode}): see Glance:Keystone");
        }
        catch (HttpRequestException)
        {
            throw new KeystoneException($"Keystone does not answer at {login.Endpoint.Authority}");
        }
    }
}
