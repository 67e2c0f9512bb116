using System.Diagnostics.CodeAnalysis;

namespace BootAppliance.Images;

/// <summary>Where a kernel, initrd or image comes from, as the operator wrote it; its text is the one canonical form of that.</summary>
public abstract record ImageReference
{
    private ImageReference() { }

    /// <summary>A file below the appliance's own image folder (<c>Http:Root</c>), by its path there.</summary>
    /// <param name="Path">The path with forward slashes and no leading one.</param>
    public sealed record Local(string Path) : ImageReference;

    /// <summary>A file of this machine outside of the image folder, below one of <c>Images:AllowedRoots</c>.</summary>
    /// <param name="Path">The absolute path.</param>
    public sealed record OwnFile(string Path) : ImageReference;

    /// <summary>A file on some HTTP server.</summary>
    /// <param name="Address">An absolute <c>http</c> or <c>https</c> URL without fragment and without user name.</param>
    /// <param name="Checksum">What its content must add up to; null: whatever comes is taken.</param>
    public sealed record Remote(Uri Address, ImageChecksum? Checksum = null) : ImageReference;

    /// <summary>An image in Glance.</summary>
    /// <param name="Image">Its UUID.</param>
    public sealed record Glance(Guid Image) : ImageReference;

    /// <summary>An object in Swift.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Name">The name of the object, not percent-encoded.</param>
    public sealed record Swift(string Container, string Name) : ImageReference;

    /// <summary>An object in S3.</summary>
    /// <param name="Bucket">The bucket.</param>
    /// <param name="Key">The key of the object, not percent-encoded.</param>
    public sealed record S3(string Bucket, string Key) : ImageReference;

    /// <summary>The name of the file, for people and at the end of URLs; never empty.</summary>
    public string FileName => this switch
    {
        Glance glance => glance.Image.ToString(),
        Local local => LastSegment(local.Path),
        OwnFile file => LastSegment(file.Path),
        Remote remote => LastSegment(Uri.UnescapeDataString(remote.Address.AbsolutePath)),
        Swift swift => LastSegment(swift.Name),
        S3 s3 => LastSegment(s3.Key),
        _ => throw new InvalidOperationException($"no file name for {GetType().Name}"),
    };

    /// <summary>What people and logs are told of it: as the canonical text, but for what follows a '?', which may hold somebody's credentials.</summary>
    public string Label => this is Remote { Address: { Query.Length: > 0 } address } ? address.GetLeftPart(UriPartial.Path) + "?..." : ToString();

    /// <summary>Whether what it names is never anything else: a Glance image, or one whose checksum it names.</summary>
    public bool IsImmutable => this is Glance or Remote { Checksum: not null };

    /// <summary>Reads a reference; what is none is refused with a sentence for the operator.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, out string problem) =>
        ReferenceText.TryParse(text, out reference, out problem);

    /// <summary>The canonical text: two references are the same if and only if it is.</summary>
    public sealed override string ToString() => this switch
    {
        Local local => local.Path,
        OwnFile file => "file://" + ReferenceText.EncodePath(file.Path),
        Remote remote => remote.Address.AbsoluteUri + (remote.Checksum is { } checksum ? $"#{checksum}" : ""),
        Glance glance => $"glance://{glance.Image}",
        Swift swift => $"swift://{Uri.EscapeDataString(swift.Container)}/{ReferenceText.EncodePath(swift.Name)}",
        S3 s3 => $"s3://{Uri.EscapeDataString(s3.Bucket)}/{ReferenceText.EncodePath(s3.Key)}",
        _ => throw new InvalidOperationException($"no text for {GetType().Name}"),
    };

    private static string LastSegment(string path) => path.TrimEnd('/') is var trimmed && trimmed[(trimmed.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : "image";
}
