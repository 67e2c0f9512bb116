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

    /// <summary>Whether the cache is done with it: nothing is fetched for it any more, and the next one that asks begins with another.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Whether it was used since the index was written: that is written now and then only.</summary>
    public bool HasNewUses { get; set; }

    /// <summary>Whether there was a newer version when the process died, which was not there at the start.</summary>
    public bool HasLostNewer { get; set; }

    /// <summary>The timestamp of when the source last said that this is still the version it has; null: not since the start.</summary>
    public long? CheckedAt { get; set; }

    /// <summary>Why the last attempt to fetch it failed; null: it did not.</summary>
    public string? Problem { get; set; }

    /// <summary>The timestamp of that.</summary>
    public long? FailedAt { get; set; }

    public ImageDownload? Download { get; set; }

    /// <summary>What the source is asked by whether the image has changed; null: it is not here, or was known by nothing.</summary>
    public ImageValidators? KnownValidators => Record is { Content: not null, ETag: null, LastModified: null } or { Content: null } ? null : Record.Validators();

    /// <summary>Is done with it when that has removed all of it, and not at all while it is being fetched.</summary>
    public bool TryRemove(Action remove)
    {
        lock (Gate)
        {
            if (Download is not null) return false;
            IsRemoved = true;
        }

        try
        {
            remove();
            return true;
        }
        catch
        {
            IsRemoved = false;
            throw;
        }
    }

    /// <summary>Whether the content may be used without asking the source.</summary>
    public bool IsFresh(TimeProvider time)
    {
        if (Record.Content is null) return false;
        if (reference.IsImmutable || IsWithin(between, CheckedAt, time)) return true;
        // A clock that was set back says nothing about an age.
        var age = time.GetUtcNow() - Record.Fetched;
        return (!HasLostNewer || CheckedAt is not null) && KnownValidators is null && age >= TimeSpan.Zero && age < withoutValidators;
    }

    /// <summary>Whether the source is to be left alone.</summary>
    public bool HasJustFailed(TimeProvider time) => IsWithin(Record.Content is null ? afterFailure : between, FailedAt, time);

    private static bool IsWithin(TimeSpan limit, long? since, TimeProvider time) => since is { } timestamp && time.GetElapsedTime(timestamp) < limit;
}
