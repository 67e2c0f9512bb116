namespace BootAppliance.Images;

/// <summary>The changes of what is on the disk, one after the other, each in an order that a process may die in anywhere.</summary>
public sealed partial class ImageCache : IDownloadHost
{
    private readonly SemaphoreSlim changes = new(1);

    async Task<ImageFetch> IDownloadHost.AskAsync(Func<Task<ImageFetch>> ask, CancellationToken cancellation)
    {
        await questions.WaitAsync(cancellation);
        try
        {
            return await ask();
        }
        finally
        {
            questions.Release();
        }
    }

    bool IDownloadHost.TryTakeTurn(ImageDownload download) => TryTakeTurn(download);

    async Task IDownloadHost.WaitForTurnAsync(ImageDownload download, CancellationToken cancellation)
    {
        if (TryTakeTurn(download)) return;
        var image = download.Image;
        lock (image.Gate) image.Problem = $"it waits for its turn: {MostDownloads} other images are being fetched";
        ImagesLog.Waits(logger, image.Reference.Label, MostDownloads);
        await turns.WaitAsync(cancellation);
        lock (image.Gate) image.Problem = null;
        download.HasTurn = true;
    }

    private bool TryTakeTurn(ImageDownload download) => download.HasTurn = download.HasTurn || turns.Wait(0);

    async Task IDownloadHost.PublishAsync(ImageDownload download, string sha256)
    {
        var (image, partial) = (download.Image, download.Partial!);
        await changes.WaitAsync();
        try
        {
            Settle(image);
            // The index has both until the new one is in its place and the old one gone; machines get the old one until then.
            var now = time.GetUtcNow();
            Change(image, record => PromiseOf(record).With(sha256, partial.Written, partial.Validators, now), () => folder.Publish(image.Key, sha256, partial.Written));
            image.CheckedAt = time.GetTimestamp();
            TidyUp(image);
        }
        finally
        {
            changes.Release();
        }

        ImagesLog.Fetched(logger, image.Reference.Label, partial.Written, sha256);
    }

    /// <summary>What was here before the start counts as promised then: the index says nothing of the last minutes before a crash.</summary>
    private ReferenceRecord PromiseOf(ReferenceRecord record) => record.Content is { } content && record.Fetched < started && record.Promised < started ? record.Promise(content, started) : record;

    /// <summary>The image is here and whole, so nothing that fails from now on is a reason to keep it from a machine.</summary>
    private void TidyUp(CachedImage image) => Attempt(() =>
    {
        folder.SettlePublished(image.Key);
        Settle(image);
    });

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
            // Served it is all the same.
            Attempt(() => Save(Get(reference)));
        }
        finally
        {
            changes.Release();
        }
    }

    /// <summary>Changes something that keeps nobody from anything: where the disk cannot be written, the next cleaning or start tries again.</summary>
    private void Attempt(Action change)
    {
        try
        {
            change();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ImagesLog.NotWritten(logger, failure, limits.Path);
        }
    }

    /// <summary>Changes what the index says on the disk, then the files, and then what machines get; what they have used meanwhile is not forgotten.</summary>
    private void Change(CachedImage image, Func<ReferenceRecord, ReferenceRecord> change, Action? files = null)
    {
        lock (image.Gate) image.HasNewUses = false;
        try
        {
            folder.Save(image.Key, change(image.Record));
        }
        catch
        {
            lock (image.Gate) image.HasNewUses = true;
            throw;
        }

        image.IsRemembered = true;
        files?.Invoke();
        lock (image.Gate) image.Record = change(image.Record);
    }

    private void Save(CachedImage image) => Change(image, record => record);

    /// <summary>Removes the contents that it had before and that no machine reads any more, unless another reference has the same.</summary>
    private void Settle(CachedImage image)
    {
        var gone = image.Record.Older.Where(version => !IsKept(version)).ToList();
        if (gone.Count == 0) return;
        // All files before the index, which cannot be written on a full disk before there is room.
        foreach (var version in gone.Where(version => !images.Values.Any(other => other != image && Keeps(other, version.Content)))) folder.DeleteContent(version.Content);
        Change(image, record => gone.Aggregate(record, (left, version) => left.Without(version.Content)));
    }

    /// <summary>Whether machines may still get the content by the image.</summary>
    private bool Keeps(CachedImage image, string content) => image.Record is var record && (record.Content == content || record.Older.Any(version => version.Content == content && IsKept(version)));

    /// <summary>Removes a content, whoever reads it, and keeps the references that have it.</summary>
    private void Drop(string content, IReadOnlyList<CachedImage> owners)
    {
        // Nobody gets it from here on. The index follows the file: on a full disk it cannot be written before.
        foreach (var image in owners)
        {
            lock (image.Gate) image.Record = (image.Record.Content == content ? image.Record.SetAside() : image.Record).Promise(content, default);
        }

        foreach (var image in owners) Settle(image);
    }

    /// <summary>Brings to its end what a process that died had begun.</summary>
    private void SettleAfterStart()
    {
        foreach (var image in images.Values)
        {
            // It died between the index and the file. What was to be published still lies in partial/, and what was to be removed is gone; the version before is better than none.
            if (image.Record is not { Content: { } content, Size: var size } || IsWhole(content, size)) continue;
            image.Record = BeforeIt(image.Record.Promise(content, default));
            image.HasLostNewer = true;
        }

        foreach (var image in images.Values) Attempt(() => Settle(image));
    }

    private ReferenceRecord BeforeIt(ReferenceRecord record) => record.Older.FirstOrDefault(version => IsWhole(version.Content, version.Size)) is { } before
        ? record.With(before.Content, before.Size, new ImageValidators(null, null), before.Fetched)
        : record.SetAside();

    private bool IsWhole(string content, long size) => new FileInfo(folder.Content(content)) is { Exists: true } file && file.Length == size;
}
