namespace BootAppliance.Images;

/// <summary>Keeps the cache within its limits: what is longest out of use goes first, and never what a node needs or what the index does not own.</summary>
public sealed partial class ImageCache
{
    private static readonly TimeSpan betweenCleanings = TimeSpan.FromMinutes(10);

    private ITimer? cleaning;

    /// <summary>Begins to clean, every ten minutes; to be called when it can be told which images nodes need.</summary>
    public void Start() => cleaning = time.CreateTimer(tick => _ = Task.Run(CleanAsync), null, betweenCleanings, betweenCleanings);

    /// <summary>Removes what is too old, and of the rest what is too much.</summary>
    public async Task CleanAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await changes.WaitAsync();
        try
        {
            SaveUses();
            foreach (var image in images.Values) Attempt(() => Settle(image));
            Attempt(RemoveWhatIsTooMuch);
        }
        finally
        {
            changes.Release();
        }
    }

    private void RemoveWhatIsTooMuch()
    {
        var pinned = Pinned();
        var oldest = time.GetUtcNow() - limits.TimeToLive;
        foreach (var group in Evictable(pinned).TakeWhile(group => group.LastUsed < oldest)) Attempt(() => Evict(group, "nobody asked for it any more"));
        foreach (var image in images.Values.Where(image => IsForgotten(image, pinned, oldest)))
        {
            image.TryRemove(() =>
            {
                if (image.IsRemembered) folder.Forget(image.Key);
                images.TryRemove(image.Key, out _);
            });
        }

        FindLack(pinned, download: null, bytes: 0);
    }

    async Task<string?> IDownloadHost.MakeRoomAsync(ImageDownload download, long bytes)
    {
        await changes.WaitAsync();
        try
        {
            if (FindLack(Pinned(), download, bytes) is { } lack) return lack;
            // Before another download asks.
            download.Reserved = (download.Partial?.Written ?? 0) + bytes;
            return null;
        }
        finally
        {
            changes.Release();
        }
    }

    /// <summary>Removes until so many bytes more fit; null, or why they do not.</summary>
    private string? FindLack(HashSet<string> pinned, ImageDownload? download, long bytes)
    {
        var before = download?.Partial?.Written ?? 0;
        if (before + bytes > limits.Size) return $"it has at least {ByteCount.Words(before + bytes)}, and Images:Cache:Size is {ByteCount.Words(limits.Size)}";
        using var evictable = Evictable(pinned).Where(group => !group.Users.Contains(download?.Image)).ToList().GetEnumerator();
        while (true)
        {
            var used = Used(download) + before + bytes;
            var free = folder.Free - limits.KeepFree - images.Values.Select(image => image.Download).Sum(other => other is null || other == download ? 0 : other.Outstanding);
            if (used <= limits.Size && bytes <= free) return null;
            if (evictable.MoveNext() && evictable.Current is var group) Attempt(() => Evict(group, "room was needed"));
            else return used > limits.Size
                ? $"it needs {ByteCount.Words(bytes)}, and nodes need all but {ByteCount.Words(Math.Max(0, limits.Size - Used(download)))} of the {ByteCount.Words(limits.Size)} of Images:Cache:Size"
                : $"it needs {ByteCount.Words(bytes)}, and the disk of {limits.Path} has {ByteCount.Words(folder.Free)} free, of which Images:Cache:KeepFree and other downloads leave {ByteCount.Words(Math.Max(0, free))}";
        }
    }

    /// <summary>What the cache holds and what its other downloads are going to, in bytes; a content that two references have counts once.</summary>
    private long Used(ImageDownload? except)
    {
        var contents = images.Values.SelectMany(image => image.Record.Versions).DistinctBy(version => version.Content).Sum(version => version.Size);
        var partials = images.Values.Where(image => image.Download is null || image.Download != except).Sum(image => Math.Max(image.Download?.Claims ?? 0, PartialSize(image)));
        return contents + partials;
    }

    /// <summary>What may be removed, longest out of use first.</summary>
    private IEnumerable<Group> Evictable(HashSet<string> pinned)
    {
        var contents = images.Values.SelectMany(image => image.Record.Versions.Select(version => (Image: image, Version: version))).GroupBy(owned => owned.Version.Content, (content, all) =>
        {
            var owned = all.ToList();
            return new Group(content, [.. owned.Select(one => one.Image)], [.. owned.Select(one => one.Image).Where(image => image.Record.Content == content)], owned.Max(one => LastUsed(one.Image, one.Version)));
        });
        var partials = images.Values.Where(image => image.Download is null && PartialSize(image) > 0)
            .Select(image => new Group(Content: null, [image], [image], new DateTimeOffset(File.GetLastWriteTimeUtc(folder.Partial(image.Key)))));
        return contents.Concat(partials).Where(group => !group.Users.Any(image => pinned.Contains(image.Key) || image.Download is not null)).OrderBy(group => group.LastUsed);
    }

    private static DateTimeOffset LastUsed(CachedImage image, ImageVersion version) =>
        image.Record is var record && record.Content == version.Content ? Later(record.LastUsed, Later(record.Fetched, record.Promised)) : version.Promised;

    private void Evict(Group group, string why)
    {
        if (group.Content is { } content) Drop(content, group.Owners);
        foreach (var image in group.Owners)
        {
            if (group.Content is null) folder.DeletePartial(image.Key);
            ImagesLog.Removed(logger, group.Users.Contains(image) ? image.Reference.Label : $"{image.Reference.Label}, in an older version,", why);
        }
    }

    private bool IsForgotten(CachedImage image, HashSet<string> pinned, DateTimeOffset oldest) =>
        image is { Download: null, Record: { Versions: [] } record } && !pinned.Contains(image.Key) && PartialSize(image) == 0
        && record.LastUsed < oldest && (!image.IsRemembered || new DateTimeOffset(File.GetLastWriteTimeUtc(folder.Reference(image.Key))) < oldest);

    /// <summary>Without it the cleaning after the next start goes by older uses.</summary>
    private void SaveUses() => Attempt(() =>
    {
        foreach (var image in images.Values.Where(image => image.HasNewUses)) Save(image);
    });

    private HashSet<string> Pinned() => [.. needed().Distinct().Select(KeyOf)];

    private long PartialSize(CachedImage image) => new FileInfo(folder.Partial(image.Key)) is { Exists: true, Length: var length } && folder.FindPartial(image.Key) is not null ? length : 0;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>What is removed together: one content and all references that have it.</summary>
    /// <param name="Content">The content; null: an unfinished file.</param>
    /// <param name="Owners">The references that have it.</param>
    /// <param name="Users">Those of them that have it in their present version, and not in an older one.</param>
    /// <param name="LastUsed">When a machine last had to do with it.</param>
    private sealed record Group(string? Content, IReadOnlyList<CachedImage> Owners, IReadOnlyList<CachedImage> Users, DateTimeOffset LastUsed);
}
