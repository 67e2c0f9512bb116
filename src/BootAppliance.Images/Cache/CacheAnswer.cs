namespace BootAppliance.Images;

/// <summary>What the cache has for a machine.</summary>
public abstract record CacheAnswer
{
    private CacheAnswer() { }

    /// <summary>A whole file.</summary>
    /// <param name="File">The open file; the receiver closes it.</param>
    /// <param name="Complaint">What is wrong with the source of it, so that nobody knows whether it is the newest; null: nothing.</param>
    public sealed record Whole(OpenedFile File, string? Complaint = null) : CacheAnswer;

    /// <summary>A file that still comes.</summary>
    /// <param name="Image">What there is of it; the receiver disposes it.</param>
    public sealed record Growing(GrowingImage Image) : CacheAnswer;

    /// <summary>Nothing: the image cannot be had now.</summary>
    /// <param name="Name">What people know the image by.</param>
    /// <param name="Problem">Why, in one sentence without its full stop.</param>
    public sealed record Failed(string Name, string Problem) : CacheAnswer;

    /// <summary>Not what the machine began with: its version of the image is here no more.</summary>
    /// <param name="Name">What people know the image by.</param>
    /// <param name="Problem">What there is to be done, in one sentence without its full stop.</param>
    public sealed record Gone(string Name, string Problem) : CacheAnswer;

    /// <summary>Nobody has asked for such an image to be served.</summary>
    public sealed record Unknown : CacheAnswer;
}

/// <summary>What operators are shown of one image in the cache.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Size">Its size in bytes, or what is known of that; null: nothing is.</param>
/// <param name="Older">What older versions of it take, which machines may still read, in bytes.</param>
/// <param name="IsWhole">Whether it is here.</param>
/// <param name="IsPinned">Whether a node needs it, so that it is never removed.</param>
/// <param name="Loaded">How many bytes are here of one that is being fetched, or whose download was cut; null: it is whole, or nothing of it is here.</param>
/// <param name="IsLoading">Whether it is being fetched.</param>
/// <param name="Sha256">What its content adds up to; null: it is not here.</param>
/// <param name="Hits">How often a machine got it without waiting for the source.</param>
/// <param name="Misses">How often a machine had to wait for the source.</param>
/// <param name="LastUsed">When it was last asked for; null: never.</param>
/// <param name="Problem">Why it cannot be had now; null: nothing is wrong.</param>
public sealed record CachedImageState(
    ImageReference Reference, long? Size, long Older, bool IsWhole, bool IsPinned, long? Loaded, bool IsLoading, string? Sha256, long Hits, long Misses, DateTimeOffset? LastUsed, string? Problem);
