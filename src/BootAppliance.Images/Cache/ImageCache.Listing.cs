namespace BootAppliance.Images;

/// <summary>What operators see of the cache, and what they may remove from it.</summary>
public sealed partial class ImageCache
{
    /// <summary>All references that the cache knows.</summary>
    public IReadOnlyList<CachedImageState> List()
    {
        var pinned = Pinned();
        return [.. images.Values.Select(image => State(image, pinned)).OrderBy(state => state.Reference.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Removes an image and all that is known of it; false: the cache does not know it.</summary>
    /// <param name="reference">The image, which no node needs: whoever asks has looked.</param>
    public async Task<bool> RemoveAsync(ImageReference reference)
    {
        if (images.TryGetValue(KeyOf(reference), out var known) && known.Download is { } download) await download.CallOffAsync();
        await changes.WaitAsync();
        try
        {
            if (!images.TryGetValue(KeyOf(reference), out var image) || !image.TryRemove(() => RemoveAll(image))) return false;
            ImagesLog.Removed(logger, image.Reference.Label, "somebody asked for that");
            return true;
        }
        finally
        {
            changes.Release();
        }
    }

    /// <summary>Opens an image that is here, to look at it; null: it is not. The receiver closes it.</summary>
    public OpenedFile? TryOpenWhole(ImageReference reference) => images.TryGetValue(KeyOf(reference), out var image) ? TryOpenContent(image) : null;

    private void RemoveAll(CachedImage image)
    {
        // The oldest first: whatever this dies of, none of them becomes the present one again.
        foreach (var version in image.Record.Versions.Reverse()) Drop(version.Content, [image]);
        if (folder.FindPartial(image.Key) is not null) folder.DeletePartial(image.Key);
        if (image.IsRemembered) folder.Forget(image.Key);
        images.TryRemove(image.Key, out _);
    }

    private CachedImageState State(CachedImage image, HashSet<string> pinned)
    {
        var (record, partial) = (image.Record, image.Download?.Partial);
        var loaded = partial?.Written ?? (record.Content is null && PartialSize(image) is > 0 and var size ? size : (long?)null);
        return new(
            image.Reference, record.Content is not null ? record.Size : partial?.Length ?? folder.FindPartial(image.Key)?.Length, record.Older.Sum(version => version.Size), record.Content is not null, pinned.Contains(image.Key), loaded, image.Download is not null,
            record.Content, record.Hits, record.Misses, record.LastUsed == default ? null : record.LastUsed, image.Problem);
    }
}
