namespace BootAppliance.Images;

/// <summary>Fetches the bytes of images from where they are.</summary>
public interface IImageSource
{
    /// <summary>Whether it fetches images of this kind.</summary>
    bool Reads(ImageReference image);

    /// <summary>Opens an image; whatever can go wrong at the other end is a result and not an exception.</summary>
    /// <param name="image">An image that <see cref="Reads"/> said yes to.</param>
    /// <param name="from">
    /// The first byte that is wanted. 0: with validators, an image that is unchanged is not sent again. More: the rest of an image, on condition
    /// that the validators still hold (If-Range, RFC 9110 section 13.1.5); a source that cannot do that sends it from the beginning.
    /// </param>
    /// <param name="validators">What is known of the version that is here already; null: nothing.</param>
    /// <param name="cancellation">Ends the opening; the stream has time limits of its own.</param>
    Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation);
}

/// <summary>What tells one version of an image from another at its source.</summary>
/// <param name="ETag">The entity tag as the source sent it, with its quotes as a rule (RFC 9110 section 8.8.3); null: it sent none.</param>
/// <param name="LastModified">When the source says that it was changed; null: it does not say.</param>
public sealed record ImageValidators(string? ETag, DateTimeOffset? LastModified);

/// <summary>What came of opening an image at its source.</summary>
public abstract record ImageFetch
{
    private ImageFetch() { }

    /// <summary>Its bytes.</summary>
    /// <param name="Content">The stream; the receiver disposes it. Reading from it throws <see cref="IOException"/> when the source breaks off or falls silent.</param>
    /// <param name="Offset">Where in the image the stream begins: what was asked for, or 0.</param>
    /// <param name="Length">The size of the whole image in bytes; null: the source does not say.</param>
    /// <param name="Validators">What this version is known by.</param>
    public sealed record Opened(Stream Content, long Offset, long? Length, ImageValidators Validators) : ImageFetch
    {
        /// <summary>What the source says that the image must add up to; null: it says nothing.</summary>
        public ImageChecksum? Checksum { get; init; }
    }

    /// <summary>The version that the validators are of is still the one there is.</summary>
    public sealed record Unchanged : ImageFetch;

    /// <summary>Nothing.</summary>
    /// <param name="Problem">Why, in one sentence without its full stop and without secrets.</param>
    /// <param name="IsPassing">Whether it is worth trying again soon: the source does not answer, or answers with an error of its own.</param>
    public sealed record Failed(string Problem, bool IsPassing) : ImageFetch
    {
        /// <summary>Whether the source says that there is no such image.</summary>
        public bool IsMissing { get; init; }
    }
}
