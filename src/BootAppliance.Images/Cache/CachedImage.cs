namespace BootAppliance.Images;

/// <summary>One reference that the cache serves, and what it knows of it.</summary>
internal sealed class CachedImage(ImageReference reference, string key)
{
    /// <summary>Without a validator nobody can ask whether it has changed; it is fetched again after so long.</summary>
    private static readonly TimeSpan withoutValidators = TimeSpan.FromHours(1);

    /// <summary>A source is not asked more often whether an image has changed.</summary>
    private static readonly TimeSpan between = TimeSpan.FromMinutes(5);

    /// <summary>A source that failed is left alone for so long, however many machines ask.</summary>
    private static readonly TimeSpan afterFailure = TimeSpan.FromSeconds(3);

    public Lock Gate { get; } = new();

    public ImageReference Reference => reference;

    public string Key => key;

    public ReferenceRecord Record { get; set; } = new() { Reference = reference.ToString() };

    /// <summary>Whether the index on the disk has it.</summary>
    public bool IsRemembered { get; set; }

    /// <summary>Whether it was used since the index was written: that is written now and then only.</summary>
    public bool HasNewUses { get; set; }

    /// <summary>When the source last said that this is still the version it has; null: not since the start.</summary>
    public DateTimeOffset? Checked { get; set; }

    /// <summary>Why the last attempt to fetch it failed; null: it did not.</summary>
    public string? Problem { get; set; }

    public DateTimeOffset? FailedAt { get; set; }

    public ImageDownload? Download { get; set; }

    /// <summary>What the source is asked by whether the image has changed; null: it is not here, or was known by nothing.</summary>
    public ImageValidators? KnownValidators => Record is { Content: not null, ETag: null, LastModified: null } or { Content: null } ? null : Record.Validators();

    /// <summary>Whether the content may be used without asking the source.</summary>
    public bool IsFresh(DateTimeOffset now)
    {
        if (Record.Content is null) return false;
        if (reference.IsImmutable) return true;
        return now - Checked < between || (KnownValidators is null && now - Record.Fetched < withoutValidators);
    }

    /// <summary>Whether the source is to be left alone.</summary>
    public bool HasJustFailed(DateTimeOffset now) => FailedAt is { } failed && now - failed < (Record.Content is null ? afterFailure : between);
}
