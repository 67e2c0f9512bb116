using System.Net;
using System.Text.RegularExpressions;

namespace BootAppliance.Images;

/// <summary>Where a bucket stands in a URL.</summary>
public enum S3AddressStyle
{
    /// <summary>As the first part of the path, as most stores other than Amazon's want it.</summary>
    Path,

    /// <summary>As the first part of the host's name, where it can be one.</summary>
    VirtualHost,
}

/// <summary>Where S3 is, and how URLs for it are signed.</summary>
public sealed record S3StoreSettings
{
    /// <summary>Scheme, host and port.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The region that the store says it is in.</summary>
    public required string Region { get; init; }

    /// <summary>Who signs.</summary>
    public required S3Credentials Credentials { get; init; }

    /// <summary>Where the bucket stands.</summary>
    public S3AddressStyle AddressStyle { get; init; }

    /// <summary>How long a URL counts.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(20);
}

/// <summary>Objects in S3, of whatever make.</summary>
public sealed partial class S3Store(S3StoreSettings settings) : IObjectStore
{
    /// <inheritdoc/>
    public string Name => "S3";

    /// <inheritdoc/>
    public int KeyCount => 1;

    /// <inheritdoc/>
    public bool Holds(ImageReference image) => image is ImageReference.S3;

    /// <inheritdoc/>
    public string Advice(ImageReference image) => "are S3:AccessKey, S3:SecretKey and S3:Region right, and may that key read the bucket?";

    /// <inheritdoc/>
    public SignedUrl.Granted Sign(ImageReference image, HttpMethod method, int key, DateTimeOffset now, IPNetwork? onlyFor)
    {
        var stored = (ImageReference.S3)image;
        var (url, name) = (new UriBuilder(settings.Endpoint), ReferenceText.EncodePath(stored.Key));
        if (settings.AddressStyle == S3AddressStyle.VirtualHost && CanBeInHost(stored.Bucket)) (url.Host, url.Path) = ($"{stored.Bucket}.{url.Host}", "/" + name);
        else url.Path = $"/{Uri.EscapeDataString(stored.Bucket)}/{name}";
        return new(PresignedUrl.Sign(url.Uri, method, settings.Credentials, settings.Region, now, settings.Duration), now + settings.Duration);
    }

    /// <summary>Not before an address, and not where a certificate for all names below the host's would not count: those stand for one label (RFC 9525 section 6.3).</summary>
    private bool CanBeInHost(string bucket) => settings.Endpoint.HostNameType == UriHostNameType.Dns
        && NameInDns().IsMatch(bucket)
        && (settings.Endpoint.Scheme == Uri.UriSchemeHttp || !bucket.Contains('.', StringComparison.Ordinal));

    /// <summary>Amazon's rules for buckets; other stores have older ones with capitals and underscores.</summary>
    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameInDns();
}
