using System.Net;
using System.Security.Cryptography;

namespace BootAppliance.Images;

/// <summary>Where Swift is, and how URLs for it are signed.</summary>
public sealed record SwiftStoreSettings
{
    /// <summary>Scheme, host and port, with the path that Swift may be below; a storage URL (<c>…/v1/AUTH_…</c>) is cut to that.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The account, as <c>AUTH_…</c>.</summary>
    public required string Account { get; init; }

    /// <summary>The container that Glance keeps images in, each under its id.</summary>
    public string Container { get; init; } = "glance";

    /// <summary>How many characters of an image's id Glance chooses the container by (<c>swift_store_multiple_containers_seed</c>); 0: it has one.</summary>
    public int MultipleContainersSeed { get; init; }

    /// <summary>Keys of the account or of the containers; the first that Swift takes signs.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>SHA-256, or what else the cluster permits.</summary>
    public HashAlgorithmName Digest { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>How long a URL counts.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Objects whose names begin so are permitted all together, as a kernel and what it loads by itself; empty: each alone.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>Objects in Swift, and images of Glance that it keeps there.</summary>
public sealed class SwiftStore(SwiftStoreSettings settings) : IObjectStore
{
    private readonly Uri endpoint = StorageUrl.Split(settings.Endpoint).Endpoint;

    /// <inheritdoc/>
    public string Name => "Swift";

    /// <inheritdoc/>
    public int KeyCount => settings.Keys.Count;

    /// <inheritdoc/>
    public bool Holds(ImageReference image) => image is ImageReference.Swift or ImageReference.Glance;

    /// <inheritdoc/>
    public string Advice(ImageReference image) =>
        $"is {(KeyCount > 1 ? "Swift:TempUrlKey or Swift:TempUrlKey2" : "Swift:TempUrlKey")} a key of the account {settings.Account} or of the container {Find(image).Container}, and does its Swift permit {settings.Digest.Name}?";

    /// <inheritdoc/>
    public SignedUrl.Granted Sign(ImageReference image, HttpMethod method, int key, DateTimeOffset now, IPNetwork? onlyFor)
    {
        var target = Find(image);
        var terms = new TempUrlTerms(method, now + settings.Duration)
        {
            Prefix = settings.Prefix.Length > 0 && target.Name.StartsWith(settings.Prefix, StringComparison.Ordinal) ? settings.Prefix : null,
            OnlyFor = onlyFor,
        };
        return new(TempUrl.Sign(endpoint, target, terms, settings.Keys[key], settings.Digest), terms.Expires);
    }

    private SwiftObject Find(ImageReference image) => image switch
    {
        ImageReference.Swift stored => new(settings.Account, stored.Container, stored.Name),
        ImageReference.Glance glance => new(settings.Account, GlanceContainer(glance.Image.ToString()), glance.Image.ToString()),
        _ => throw new ArgumentException("is not in Swift", nameof(image)),
    };

    /// <summary>Glance counts the dashes among the first N characters and takes as many characters more: they may be dashes again.</summary>
    private string GlanceContainer(string id)
    {
        var seed = settings.MultipleContainersSeed;
        return seed == 0 ? settings.Container : $"{settings.Container}_{id[..(seed + id.AsSpan(0, seed).Count('-'))]}";
    }
}
