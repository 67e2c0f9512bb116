using System.Text.RegularExpressions;

namespace BootAppliance.Images;

/// <summary>A storage URL, as Swift and Keystone's catalogue hand it out: an endpoint and an account in one.</summary>
public static partial class StorageUrl
{
    /// <summary>Takes <c>http://HOST:PORT[/swift][/v1[/ACCOUNT]]</c> apart.</summary>
    /// <returns>The endpoint, and the account; null where the URL is an endpoint alone.</returns>
    public static (Uri Endpoint, string? Account) Split(Uri url) => Account().Match(url.AbsolutePath) is { Success: true } match
        ? (new UriBuilder(url) { Path = url.AbsolutePath[..match.Index] }.Uri, match.Groups["account"] is { Success: true, Value: var account } ? Uri.UnescapeDataString(account) : null)
        : (url, null);

    [GeneratedRegex("/v1(/(?<account>[^/]+))?/?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Account();
}
