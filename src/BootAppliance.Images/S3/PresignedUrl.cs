using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Images;

/// <summary>Who signs requests to S3.</summary>
/// <param name="AccessKey">The access key's id, which the URL shows.</param>
/// <param name="SecretKey">The secret that belongs to it.</param>
/// <param name="SessionToken">What comes with keys that are lent for a while; null: these are not.</param>
public sealed record S3Credentials(string AccessKey, string SecretKey, string? SessionToken = null)
{
    /// <inheritdoc/>
    public override string ToString() => AccessKey;
}

/// <summary>
/// Presigned URLs of S3 (AWS Signature Version 4, "Authenticating Requests: Using Query Parameters"): one method on one object, permitted to everybody who has the URL.
/// </summary>
public static class PresignedUrl
{
    /// <summary>As long as a presigned URL may live.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs a request for an object.</summary>
    /// <param name="address">Where the object is, percent-encoded by <see cref="Uri.EscapeDataString(string)"/> but for its slashes, without a query.</param>
    /// <param name="method">The method; unlike with Swift, one for GET does not permit HEAD.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="region">The region that the store says it is in.</param>
    /// <param name="now">When the URL begins to count.</param>
    /// <param name="life">How long it counts, in whole seconds; at most <see cref="LongestLife"/>.</param>
    public static string Sign(Uri address, HttpMethod method, S3Credentials credentials, string region, DateTimeOffset now, TimeSpan life)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/s3/aws4_request";
        // In the order of their names, as they are signed.
        List<(string Name, string Value)> parameters =
        [
            ("X-Amz-Algorithm", Algorithm),
            ("X-Amz-Credential", $"{credentials.AccessKey}/{scope}"),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", ((long)life.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ];
        if (credentials.SessionToken is { } token) parameters.Add(("X-Amz-Security-Token", token));
        parameters.Add(("X-Amz-SignedHeaders", "host"));

        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
        var request = $"{method}\n{address.AbsolutePath}\n{query}\nhost:{address.Authority}\n\nhost\nUNSIGNED-PAYLOAD";
        var text = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey), Hmac);
        return $"{address.AbsoluteUri}?{query}&X-Amz-Signature={Convert.ToHexStringLower(Hmac(key, text))}";
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
