using System.Text.Json.Serialization;

namespace BootAppliance.Images;

/// <summary>One content of a reference.</summary>
/// <param name="Content">Its SHA-256, which is the name of its file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Fetched">When it came.</param>
/// <param name="Promised">When a URL of it was last made, or a machine last read by one.</param>
internal sealed record ImageVersion(string Content, long Size, DateTimeOffset Fetched, DateTimeOffset Promised)
{
    /// <summary>What a URL calls it by.</summary>
    public string Name => Content[..16];
}

/// <summary>What the index says of one reference, as it lies on the disk.</summary>
internal sealed record ReferenceRecord
{
    /// <summary>The canonical text.</summary>
    public required string Reference { get; init; }

    /// <summary>The SHA-256 of its content, which is the name of the file; null: there is none.</summary>
    public string? Content { get; init; }

    /// <summary>The contents that it had before, the latest first: they are this reference's until they are removed.</summary>
    public IReadOnlyList<ImageVersion> Older { get; init; } = [];

    /// <summary>A content that was being replaced or removed, in an index from before there were older ones; null in every other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Previous { get; init; }

    /// <summary>The size of the content in bytes.</summary>
    public long Size { get; init; }

    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>When the content came.</summary>
    public DateTimeOffset Fetched { get; init; }

    public DateTimeOffset LastUsed { get; init; }

    /// <summary>When a URL of this content was last made, or a machine last read by one.</summary>
    public DateTimeOffset Promised { get; init; }

    /// <summary>How often a machine got it from the disk.</summary>
    public long Hits { get; init; }

    /// <summary>How often a machine had to wait for the source.</summary>
    public long Misses { get; init; }

    /// <summary>All contents that are this reference's.</summary>
    [JsonIgnore]
    public IReadOnlyList<ImageVersion> Versions => Content is null ? Older : [new(Content, Size, Fetched, Promised), .. Older];

    /// <summary>Whether all contents can be names of files in the cache, whatever a disk or a person has made of the index.</summary>
    [JsonIgnore]
    public bool IsSound => Older is not null && Versions.All(version => version is { Content.Length: 64 } && version.Content.All(char.IsAsciiHexDigitLower));

    public ImageValidators Validators() => new(ETag, LastModified);

    /// <summary>The same where <see cref="Previous"/> is one of the older ones, which no machine was promised.</summary>
    public ReferenceRecord InThisFormat() => Previous is null ? this : this with { Older = [new(Previous, Size: 0, default, default)], Previous = null };

    /// <summary>The same with a content that has come now; what it had is among the older ones.</summary>
    public ReferenceRecord With(string content, long size, ImageValidators validators, DateTimeOffset now) => this with
    {
        Content = content,
        Older = [.. Versions.Where(version => version.Content != content)],
        Size = size,
        ETag = validators.ETag,
        LastModified = validators.LastModified,
        Fetched = now,
        Promised = Versions.FirstOrDefault(version => version.Content == content)?.Promised ?? default,
    };

    /// <summary>The same without a content that is not there any more.</summary>
    public ReferenceRecord Without(string content) => this with { Content = Content == content ? null : Content, Older = [.. Older.Where(version => version.Content != content)] };

    /// <summary>The same without a current content; what it had is among the older ones.</summary>
    public ReferenceRecord SetAside() => this with { Content = null, Older = Versions, Size = 0, ETag = null, LastModified = null, Promised = default };

    /// <summary>The same, where somebody got a URL of a content then, or read by one.</summary>
    public ReferenceRecord Promise(string content, DateTimeOffset then) => Content == content
        ? this with { Promised = then }
        : this with { Older = [.. Older.Select(version => version.Content == content ? version with { Promised = then } : version)] };
}

/// <summary>What is known of a file that is not whole yet; written before the file is.</summary>
internal sealed record PartialRecord
{
    public required string Reference { get; init; }

    /// <summary>How long it will be; null: the source does not say.</summary>
    public long? Length { get; init; }

    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>What the source says that it must add up to.</summary>
    public string? Checksum { get; init; }

    /// <summary>How much of the file is on the disk for certain, in bytes; the rest is only as long as the machine runs.</summary>
    public long Flushed { get; init; }

    /// <summary>Which run of the machine wrote it: a process that dies leaves the file as it was, and a machine that dies may leave holes in it.</summary>
    public string Boot { get; init; } = "";

    public ImageValidators Validators() => new(ETag, LastModified);
}
