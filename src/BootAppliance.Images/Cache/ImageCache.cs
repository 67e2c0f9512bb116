using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Images;

/// <summary>Images from elsewhere on the appliance's own disk: each fetched once, however many machines ask for it, checked, and served while it comes.</summary>
public sealed partial class ImageCache : IAsyncDisposable
{
    /// <summary>How long machines wait for the source's word that what is here has not changed, from the moment when it is asked; and for what has, if it is small.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(3);

    /// <summary>So many different images share the line; more would all be late.</summary>
    private const int MostDownloads = 8;

    /// <summary>So many sources are asked at the same time whether an image has changed: each keeps a connection, for as long as it is silent.</summary>
    private const int MostQuestions = 64;

    private readonly ImageCacheLimits limits;
    private readonly IReadOnlyList<IImageSource> sources;
    private readonly AllowedFiles files;
    private readonly Func<IEnumerable<ImageReference>> needed;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly DateTimeOffset started;
    private readonly CacheFolder folder;
    private readonly ConcurrentDictionary<string, CachedImage> images = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim turns = new(MostDownloads);
    private readonly SemaphoreSlim questions = new(MostQuestions);
    private readonly ConcurrentDictionary<Task, bool> running = [];

    /// <summary>Opens the cache; an <see cref="IOException"/> says why it cannot.</summary>
    /// <param name="limits">Where it is and what it may take.</param>
    /// <param name="sources">Where images come from.</param>
    /// <param name="files">The files that are served where they lie.</param>
    /// <param name="needed">The images that nodes need at this moment, which are never removed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Its log.</param>
    public ImageCache(ImageCacheLimits limits, IReadOnlyList<IImageSource> sources, AllowedFiles files, Func<IEnumerable<ImageReference>> needed, TimeProvider time, ILogger<ImageCache> logger)
    {
        (this.limits, this.sources, this.files, this.needed, this.time, this.logger) = (limits, sources, files, needed, time, logger);
        started = time.GetUtcNow();
        folder = new CacheFolder(limits.Path);
        foreach (var (key, record) in folder.ReadReferences())
        {
            if (ImageReference.TryParse(record.Reference, out var reference, out _) && KeyOf(reference) == key)
                images[key] = new CachedImage(reference, key) { Record = record, IsRemembered = true };
        }

        SettleAfterStart();
    }

    /// <summary>The name that the cache serves a reference by: nobody can ask it for what no script has named.</summary>
    public static string KeyOf(ImageReference reference) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference.ToString())).AsSpan(0, 16));

    /// <summary>Whether there is a source for images of this kind.</summary>
    public bool Serves(ImageReference reference) => sources.Any(source => source.Reads(reference));

    /// <summary>Why an image cannot be had now; null: it can, or nobody has tried.</summary>
    public string? FindProblem(ImageReference reference) => Get(reference) is { Record.Content: null, Download: not { HasBegun: true } } image ? image.Problem : null;

    /// <summary>Whether the image is here, whole.</summary>
    public bool Has(ImageReference reference) => Get(reference).Record.Content is not null;

    /// <summary>Whether it is being fetched, or waits for its turn to be.</summary>
    public bool IsComing(ImageReference reference) => Get(reference).Download is not null;

    /// <summary>Makes a reference known for good, and waits until it is clear whether its image can be had; machines get it from then on, while it comes.</summary>
    /// <returns>Whether <see cref="FindProblem"/> or <see cref="PathOf"/> has changed.</returns>
    public async Task<bool> PrepareAsync(ImageReference reference, CancellationToken cancellation)
    {
        var before = (FindProblem(reference), Get(reference).Record.Content);
        await RememberAsync(reference, cancellation);
        if (reference is ImageReference.OwnFile) return false;
        var image = Get(reference);
        if (Demand(image) is { } download) await (image.Record.Content is null ? download.Decided.WaitAsync(cancellation) : WaitForNewerAsync(download, cancellation));
        return before != (FindProblem(reference), image.Record.Content);
    }

    /// <summary>Brings an image here, to its end; null, or why it cannot be had.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="progress">Is told how many bytes are here, and of how many where the source says so.</param>
    /// <param name="cancellation">Ends the waiting; the download goes on.</param>
    public async Task<string?> FetchAsync(ImageReference reference, IProgress<(long Bytes, long? Length)>? progress, CancellationToken cancellation)
    {
        await RememberAsync(reference, cancellation);
        var image = Get(reference);
        if (Demand(image) is not { } download) return image.Record.Content is null ? ProblemOf(image) : null;
        using var ticks = progress is null ? null : time.CreateTimer(_ => Tell(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        return await download.Ended.WaitAsync(cancellation);

        void Tell()
        {
            if (download.Partial is { } partial) progress.Report((partial.Written, partial.Length));
        }
    }

    /// <summary>What a machine gets that asks for an image by a URL that it got before there was a version to be named.</summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="isPart">Whether it asks for a part of the image, as of a disc: it gets that from a whole image that was checked, and the source is not asked for a newer one meanwhile.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<CacheAnswer> OpenAsync(string key, bool isPart, CancellationToken cancellation)
    {
        if (!images.TryGetValue(key, out var image)) return new CacheAnswer.Unknown();
        if (image.Reference is ImageReference.OwnFile own)
            return files.TryOpen(own, out var opened) is { } refusal ? new CacheAnswer.Failed(own.Label, refusal) : new CacheAnswer.Whole(opened! with { Name = own.FileName });

        if (isPart && TryOpenContent(image) is { } disc) return Use(image, isHit: null, new CacheAnswer.Whole(disc, image.Problem));
        var download = Demand(image);
        if (image.Record.Content is not null)
        {
            if (download is not null) await WaitForNewerAsync(download, cancellation);
            if (TryOpenContent(image) is { } file) return Use(image, isHit: true, new CacheAnswer.Whole(file, image.Problem));
        }

        if (download is null) return new CacheAnswer.Failed(image.Reference.Label, ProblemOf(image));
        await download.Decided.WaitAsync(cancellation);
        if (!isPart && !download.Ended.IsCompleted && download.Partial?.TryOpen(image.Reference.FileName) is { } growing) return Use(image, isHit: false, new CacheAnswer.Growing(growing));
        var problem = await download.Ended.WaitAsync(cancellation);
        if (problem is null && TryOpenContent(image) is { } whole) return Use(image, isHit: download.Partial is null, new CacheAnswer.Whole(whole, image.Problem));
        return new CacheAnswer.Failed(image.Reference.Label, problem ?? "it was removed in this moment");
    }

    /// <summary>Ends all downloads; what came of them is taken up after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (cleaning is not null) await cleaning.DisposeAsync();
        await Task.WhenAll(running.Keys);
        await changes.WaitAsync();
        SaveUses();
        folder.Dispose();
        stopping.Dispose();
        changes.Dispose();
        turns.Dispose();
        questions.Dispose();
    }

    private string ProblemOf(CachedImage image) => image switch
    {
        { IsRemoved: true } => "it was removed in this moment",
        { Problem: { } problem } => problem,
        _ => stopping.IsCancellationRequested ? "the appliance is stopping" : "it is not here, and the source is not asked",
    };

    private CachedImage Get(ImageReference reference)
    {
        var key = KeyOf(reference);
        return images.TryGetValue(key, out var image) ? image : images.GetOrAdd(key, new CachedImage(reference, key));
    }

    /// <summary>The download that the image needs now, for all who need it; null: it is here, or its source is to be left alone.</summary>
    private ImageDownload? Demand(CachedImage image)
    {
        lock (image.Gate)
        {
            if (image.Download is { } already) return already;
            if (image.IsRemoved || image.IsFresh(time) || image.HasJustFailed(time) || stopping.IsCancellationRequested) return null;
            if (sources.FirstOrDefault(source => source.Reads(image.Reference)) is not { } source)
            {
                image.Problem = $"there is no source for {image.Reference.Label}";
                return null;
            }

            var download = new ImageDownload(image, source, folder, this, time);
            image.Download = download;
            _ = Run(() => download.RunAsync(stopping.Token));
            return download;
        }
    }

    /// <summary>
    /// Whoever is slow to say that nothing has changed, or to send what has, keeps no machine from booting: it is waited for once, and not once by each machine.
    /// Until the new version is whole, everybody gets the old one.
    /// </summary>
    private async Task WaitForNewerAsync(ImageDownload download, CancellationToken cancellation)
    {
        var left = patience - time.GetElapsedTime(download.Began);
        if (left <= TimeSpan.Zero) return;
        try
        {
            await download.Ended.WaitAsync(left, time, cancellation);
        }
        catch (TimeoutException)
        {
            // It goes on, for those who come later.
        }
    }

    /// <summary>Does something that the cache does not close before.</summary>
    private Task Run(Func<Task> work)
    {
        var task = Task.Run(work);
        running[task] = true;
        _ = task.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
        return task;
    }

    /// <summary>Takes note that a machine got the image, without waiting for its source or after it did; null: it got another part of what it is counted for already.</summary>
    private T Use<T>(CachedImage image, bool? isHit, T answer)
        where T : CacheAnswer
    {
        lock (image.Gate)
        {
            var record = image.Record;
            image.Record = record with { LastUsed = time.GetUtcNow(), Hits = record.Hits + (isHit == true ? 1 : 0), Misses = record.Misses + (isHit == false ? 1 : 0) };
            image.HasNewUses = true;
        }

        return answer;
    }
}
