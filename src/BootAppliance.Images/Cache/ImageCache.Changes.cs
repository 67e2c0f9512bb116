namespace BootAppliance.Images;

/// <summary>The changes of what is on the disk, one after the other, each in an order that a process may die in anywhere.</summary>
public sealed partial class ImageCache : IDownloadHost
{
    private readonly SemaphoreSlim changes = new(1);

    async Task IDownloadHost.WaitForTurnAsync(ImageDownload download, CancellationToken cancellation)
    {
        var image = download.Image;
        if (!await turns.WaitAsync(0, cancellation))
        {
            lock (image.Gate) image.Problem = $"it waits for its turn: {MostDownloads} other images are being fetched";
            ImagesLog.Waits(logger, image.Reference.Label, MostDownloads);
            await turns.WaitAsync(cancellation);
            lock (image.Gate) image.Problem = null;
        }

        download.HasTurn = true;
    }

    async Task IDownloadHost.PublishAsync(ImageDownload download, string sha256)
    {
        var (image, partial) = (download.Image, download.Partial!);
        await changes.WaitAsync();
        try
        {
            Settle(image);
            var before = image.Record;
            // The index has both until the new one is in its place and the old one gone; machines get the old one until then.
            var after = before with
            {
                Content = sha256,
                Previous = before.Content == sha256 ? null : before.Content,
                Size = partial.Written,
                ETag = partial.Validators.ETag,
                LastModified = partial.Validators.LastModified,
                Fetched = time.GetUtcNow(),
            };
            Write(image, after);
            folder.Publish(image.Key, sha256, partial.Written);
            Take(image, after);
            image.CheckedAt = time.GetTimestamp();
            TidyUp(image);
        }
        finally
        {
            changes.Release();
        }

        ImagesLog.Fetched(logger, image.Reference.Label, partial.Written, sha256);
    }

    /// <summary>The image is here and whole, so nothing that fails from now on is a reason to keep it from a machine; what is left to do is tried again by the next cleaning or start.</summary>
    private void TidyUp(CachedImage image)
    {
        try
        {
            folder.SettlePublished(image.Key);
            Settle(image);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ImagesLog.NotWritten(logger, failure, limits.Path);
        }
    }

    void IDownloadHost.Note(ImageDownload download, Exception fault) => ImagesLog.Faulted(logger, fault, download.Image.Reference.Label);

    void IDownloadHost.End(ImageDownload download, string? problem)
    {
        var image = download.Image;
        var now = time.GetTimestamp();
        lock (image.Gate)
        {
            image.Download = null;
            image.Problem = problem ?? download.Complaint;
            image.FailedAt = image.Problem is null ? null : now;
            if (image.Problem is null) image.CheckedAt = now;
        }

        if (download.HasTurn) turns.Release();

        if (stopping.IsCancellationRequested) return;
        if (problem is not null) ImagesLog.CannotBeHad(logger, image.Reference.Label, problem);
        else if (download.Complaint is { } complaint) ImagesLog.OldServed(logger, image.Reference.Label, complaint);
    }

    /// <summary>Makes a reference known for good; a slow disk keeps nobody waiting for longer than they want to.</summary>
    private Task RememberAsync(ImageReference reference, CancellationToken cancellation) =>
        Get(reference) is { IsRemembered: true, IsRemoved: false } ? Task.CompletedTask : Run(() => RememberAsync(reference)).WaitAsync(cancellation);

    private async Task RememberAsync(ImageReference reference)
    {
        await changes.WaitAsync();
        try
        {
            Save(Get(reference));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is served all the same; only after the next start nobody knows it.
            ImagesLog.NotWritten(logger, failure, limits.Path);
        }
        finally
        {
            changes.Release();
        }
    }

    private void Change(CachedImage image, Func<ReferenceRecord, ReferenceRecord> change)
    {
        ReferenceRecord changed;
        lock (image.Gate) changed = change(image.Record);
        Write(image, changed);
        Take(image, changed);
    }

    private void Write(CachedImage image, ReferenceRecord record)
    {
        folder.Save(image.Key, record);
        (image.IsRemembered, image.HasNewUses) = (true, false);
    }

    private static void Take(CachedImage image, ReferenceRecord record)
    {
        lock (image.Gate) image.Record = record with { LastUsed = image.Record.LastUsed, Hits = image.Record.Hits, Misses = image.Record.Misses };
    }

    private void Save(CachedImage image) => Change(image, record => record);

    /// <summary>Removes the content that is no more wanted, if there is one, unless another reference has the same.</summary>
    private void Settle(CachedImage image)
    {
        if (image.Record.Previous is not { } previous) return;
        if (!images.Values.Any(other => other.Record.Content == previous)) folder.DeleteContent(previous);
        Change(image, record => record with { Previous = null });
    }

    /// <summary>Removes the content of an image, and keeps the reference.</summary>
    private void Drop(CachedImage image)
    {
        Settle(image);
        Change(image, record => record with { Content = null, Previous = record.Content, Size = 0, ETag = null, LastModified = null });
        Settle(image);
    }

    /// <summary>Brings to its end what a process that died had begun.</summary>
    private void SettleAfterStart()
    {
        foreach (var image in images.Values)
        {
            // It died between the index and the file: the version before is as good as it was, and the one that came still lies in partial/.
            if (image.Record is { Content: { } content, Size: var size, Previous: var previous } && !IsWhole(content, size)) image.Record = image.Record with
            {
                Content = previous is not null && File.Exists(folder.Content(previous)) ? previous : null,
                Previous = null,
                Size = previous is not null && File.Exists(folder.Content(previous)) ? new FileInfo(folder.Content(previous)).Length : 0,
                ETag = null,
                LastModified = null,
            };
        }

        foreach (var image in images.Values) Settle(image);
    }

    private bool IsWhole(string content, long size) => new FileInfo(folder.Content(content)) is { Exists: true } file && file.Length == size;
}
