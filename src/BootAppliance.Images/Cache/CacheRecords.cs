namespace BootAppliance.Images;

/// <summary>What the index says of one reference, as it lies on the disk.</summary>
internal sealed record ReferenceRecord
{
    /// <summary>The canonical text.</summary>
    public required string Reference { get; init; }

    /// <summary>The SHA-256 of its content, which is the name of the file; null: there is none.</summary>
    public string? Content { get; init; }

    /// <summary>A content that is being replaced or removed: it is this reference's until that is done.</summary>
    public string? Previous { get; init; }

    /// <summary>The size of the content in bytes.</summary>
    public long Size { get; init; }

    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>When the content came.</summary>
    public DateTimeOffset Fetched { get; init; }

    public DateTimeOffset LastUsed { get; init; }

    /// <summary>How often a machine got it from the disk.</summary>
    public long Hits { get; init; }

    /// <summary>How often a machine had to wait for the source.</summary>
    public long Misses { get; init; }

    public ImageValidators Validators() => new(ETag, LastModified);
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
