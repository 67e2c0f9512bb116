using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Images;

/// <summary>An object in Swift.</summary>
/// <param name="Account">The account, as <c>AUTH_…</c>.</param>
/// <param name="Container">The container.</param>
/// <param name="Name">The name of the object, not percent-encoded.</param>
public sealed record SwiftObject(string Account, string Container, string Name)
{
    /// <summary>Its path as Swift sees it, not percent-encoded.</summary>
    public string Path => ContainerPath + Name;

    internal string ContainerPath => $"/v1/{Account}/{Container}/";
}

/// <summary>What a temporary URL of Swift permits.</summary>
/// <param name="Method">The method; one for GET permits HEAD too, but not the other way round.</param>
/// <param name="Expires">Until when a request must have begun; whole seconds count.</param>
public sealed record TempUrlTerms(HttpMethod Method, DateTimeOffset Expires)
{
    /// <summary>How the names of the objects begin that it permits, all of them; null: only the one in the path.</summary>
    public string? Prefix { get; init; }

    /// <summary>The addresses that may use it; null: all.</summary>
    public IPNetwork? OnlyFor { get; init; }
}

/// <summary>Temporary URLs of Swift (its middleware <c>tempurl</c>): a path that whoever has the key permits for a while, to everybody who has the URL.</summary>
/// <remarks>
/// What is signed: <c>[ip=RANGE\n]METHOD\nUNIX TIME\nPATH</c>, where PATH is <c>/v1/ACCOUNT/CONTAINER/OBJECT</c> as Swift sees it, without any percent-encoding, or
/// <c>prefix:/v1/ACCOUNT/CONTAINER/PREFIX</c>.
/// </remarks>
public static class TempUrl
{
    /// <summary>The URL of an object.</summary>
    /// <param name="endpoint">Scheme, host and port of Swift, with the path that it may be below.</param>
    /// <param name="target">The object.</param>
    /// <param name="terms">What is permitted.</param>
    /// <param name="key">One of the two keys of the account or of the container.</param>
    /// <param name="digest">SHA-1, SHA-256 or SHA-512.</param>
    public static string Sign(Uri endpoint, SwiftObject target, TempUrlTerms terms, string key, HashAlgorithmName digest)
    {
        var expires = terms.Expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var permitted = terms.Prefix is { } prefix ? $"prefix:{target.ContainerPath}{prefix}" : target.Path;
        var range = terms.OnlyFor?.ToString();
        var text = $"{(range is null ? "" : $"ip={range}\n")}{terms.Method}\n{expires}\n{permitted}";
        var signature = Convert.ToHexStringLower(CryptographicOperations.HmacData(digest, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

        var url = new StringBuilder(endpoint.AbsoluteUri.TrimEnd('/')).AppendJoin('/', target.Path.Split('/').Select(Uri.EscapeDataString));
        url.Append("?temp_url_sig=").Append(signature).Append("&temp_url_expires=").Append(expires);
        if (terms.Prefix is not null) url.Append("&temp_url_prefix=").Append(Uri.EscapeDataString(terms.Prefix));
        if (range is not null) url.Append("&temp_url_ip_range=").Append(Uri.EscapeDataString(range));
        return url.ToString();
    }
}
