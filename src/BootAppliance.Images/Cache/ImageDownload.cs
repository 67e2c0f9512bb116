namespace BootAppliance.Images;

/// <summary>What a download has to do with the rest of the cache.</summary>
internal interface IDownloadHost
{
    /// <summary>Asks a source whether an image has changed, when it may be asked: there is a limit to how many are asked at the same time.</summary>
    Task<ImageFetch> AskAsync(Func<Task<ImageFetch>> ask, CancellationToken cancellation);

    /// <summary>Whether the download may begin, or has: there is a limit to how many run at the same time.</summary>
    bool TryTakeTurn(ImageDownload download);

    /// <summary>Waits until the download may begin.</summary>
    Task WaitForTurnAsync(ImageDownload download, CancellationToken cancellation);

    /// <summary>Makes room for so many bytes more, and sets <see cref="ImageDownload.Reserved"/>; null, or why there is none.</summary>
    Task<string?> MakeRoomAsync(ImageDownload download, long bytes);

    /// <summary>Puts a whole file that was checked in the place of what is there of the image.</summary>
    Task PublishAsync(ImageDownload download, string sha256);

    /// <summary>Takes note of a fault that nobody has foreseen.</summary>
    void Note(ImageDownload download, Exception fault);

    /// <summary>Takes note that a download has ended; null: the image is here. Otherwise why not.</summary>
    void End(ImageDownload download, string? problem);
}

/// <summary>
/// Brings one image here, however many wait for it: asks whether it has changed, fetches it, goes on where it was cut off, checks it and hands it over.
/// </summary>
internal sealed class ImageDownload(CachedImage image, IImageSource source, CacheFolder folder, IDownloadHost host, TimeProvider time)
{
    /// <summary>How often in a row a source may break off without another byte; the pauses between grow: half a second, 1, 2, 4.</summary>
    private const int MostIdleTries = 5;

    /// <summary>An image of unknown size gets its room in such steps, in bytes.</summary>
    private const long RoomStep = 64 << 20;

    private readonly TaskCompletionSource decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DownloadPace? pace;
    private string? tooSlow;

    private CancellationTokenSource Off { get; } = new();

    /// <summary>The timestamp of when the source was first asked.</summary>
    public long Began { get; } = time.GetTimestamp();

    /// <summary>The image that is fetched.</summary>
    public CachedImage Image => image;

    /// <summary>Ends when it is known what there is to fetch, or that there is nothing.</summary>
    public Task Decided => decided.Task;

    /// <summary>Ends with the download; null: the image is here. Otherwise why not.</summary>
    public Task<string?> Ended => ended.Task;

    /// <summary>The file that grows; null: none has been begun.</summary>
    public PartialFile? Partial { get; private set; }

    /// <summary>Whether the source has begun to send the image.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether it is one of those that may run at the same time.</summary>
    public bool HasTurn { get; set; }

    /// <summary>How long the cache has made room for its file to become, in bytes.</summary>
    public long Reserved { get; set; }

    /// <summary>What it takes of the disk, or is going to, in bytes.</summary>
    public long Claims => Math.Max(Reserved, Partial?.Written ?? 0);

    /// <summary>What of that is not there yet, in bytes.</summary>
    public long Outstanding => Claims - (Partial?.Written ?? 0);

    /// <summary>What was wrong with the source although the image is here, and can be used; null: nothing.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Runs to the end; never throws.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Off.Token);
        string? problem;
        try
        {
            // Whether an image that is here has changed is asked before: machines wait for the answer.
            if (image.Record.Content is null) await host.WaitForTurnAsync(this, end.Token);
            problem = await FetchAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            problem = cancellation.IsCancellationRequested ? "the appliance is stopping" : "it was called off";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"the cache in {folder.Root} cannot be written: {failure.Message}";
            Drop(problem);
        }
        catch (Exception fault)
        {
            // Machines wait for this task: whatever its fault is, they are told.
            host.Note(this, fault);
            problem = $"it cannot be fetched: {fault.Message}";
        }

        if (problem is not null)
        {
            Partial?.Break(problem);
            if (image.Record.Content is not null) (Complaint, problem) = (problem, null);
        }

        host.End(this, problem);
        ended.SetResult(problem);
        decided.TrySetResult();
        Partial?.Dispose();
    }

    /// <summary>Ends it before its time, and waits for that.</summary>
    public async Task CallOffAsync()
    {
        await Off.CancelAsync();
        await Ended;
    }

    private async Task<string?> FetchAsync(CancellationToken cancellation)
    {
        Partial = await PartialFile.TryResumeAsync(folder, image.Key, image.Reference.ToString(), time, cancellation);
        var (latest, best, idle) = (Partial, Partial?.Written ?? 0, 0);
        while (Partial is not { IsWhole: true })
        {
            var from = Partial is { CanGoOn: true } ? Partial.Written : 0;
            Task<ImageFetch> OpenAsync() => source.OpenAsync(image.Reference, from, from > 0 ? Partial!.Validators : image.KnownValidators, cancellation);
            string problem;
            switch (HasTurn ? await OpenAsync() : await host.AskAsync(OpenAsync, cancellation))
            {
                case ImageFetch.Unchanged when image.Record.Content is not null:
                    return null;

                case ImageFetch.Failed failed when !failed.IsPassing || best == 0:
                    return failed.Problem;

                case ImageFetch.Failed failed:
                    problem = failed.Problem;
                    break;

                case ImageFetch.Opened changed when !host.TryTakeTurn(this):
                    // A connection that nobody reads from is kept by nobody: it is asked again then.
                    await changed.Content.DisposeAsync();
                    await host.WaitForTurnAsync(this, cancellation);
                    continue;

                case ImageFetch.Opened opened:
                    await using (opened.Content)
                    {
                        pace ??= new DownloadPace(time);
                        if (opened.Offset > 0 && !IsRest(opened))
                        {
                            // What is here is a part of a file of another length, or was said to be.
                            if (from == 0) return "the source sends another part of the image than the one that it was asked for";
                            Forget();
                            continue;
                        }

                        if (await TakeAsync(opened, cancellation) is { } refusal) return refusal;
                        HasBegun = true;
                        decided.TrySetResult();
                        problem = await CopyAsync(opened.Content, cancellation);
                    }

                    break;

                default:
                    return $"{image.Reference.Label} was said to be unchanged, and it is not here";
            }

            if (Partial is not { IsWhole: false } cut) continue;
            if ((tooSlow ??= pace?.FindProblem(0)) is { } slow) return slow;
            // Another version begins from nothing; a source that has another one each time never gets on.
            var isOther = latest is not null && latest != cut;
            idle = cut.Written > best && !isOther ? 0 : idle + 1;
            (latest, best) = (cut, isOther ? cut.Written : Math.Max(best, cut.Written));
            if (idle == MostIdleTries) return $"{problem}, again and again; {cut.Written} of {cut.Length?.ToString() ?? "unknown"} bytes came";
            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, idle - 1)), time, cancellation);
        }

        return await CheckAsync();
    }

    private bool IsRest(ImageFetch.Opened opened) => Partial is { } partial && opened.Offset == partial.Written && (opened.Length is null || opened.Length == partial.Length);

    /// <summary>Goes on with the file that is there, or begins another one; says why neither can be.</summary>
    private async Task<string?> TakeAsync(ImageFetch.Opened opened, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (opened.Offset > 0) return await host.MakeRoomAsync(this, Partial!.Length!.Value - Partial.Written);
        Forget();
        if (await host.MakeRoomAsync(this, opened.Length ?? RoomStep) is { } full) return full;
        Partial = PartialFile.Create(folder, image.Key, new PartialRecord
        {
            Reference = image.Reference.ToString(),
            Length = opened.Length,
            ETag = opened.Validators.ETag,
            LastModified = opened.Validators.LastModified,
            Checksum = ((image.Reference as ImageReference.Remote)?.Checksum ?? opened.Checksum)?.ToString(),
        }, time);
        return null;
    }

    /// <summary>Gives up what is here of another version.</summary>
    private void Forget()
    {
        Partial?.Break("the image has changed at its source while it was fetched");
        Partial?.Dispose();
        Partial = null;
        Reserved = 0;
        folder.DeletePartial(image.Key);
    }

    /// <summary>Copies until the source is through or breaks off; says what was wrong then.</summary>
    private async Task<string> CopyAsync(Stream content, CancellationToken cancellation)
    {
        var partial = Partial!;
        if (await SourceCopy.RunAsync(content, AddAsync, cancellation) is { } problem) return problem;
        if (partial.Length is null) partial.End();
        return "the source ended too early";

        async Task<string?> AddAsync(ReadOnlyMemory<byte> bytes)
        {
            if (partial.Written + bytes.Length > partial.Length) return "the source sends more than it said";
            if (partial.Written + bytes.Length > Reserved && await host.MakeRoomAsync(this, RoomStep) is { } full) throw new IOException(full);
            await partial.AppendAsync(bytes, cancellation);
            return tooSlow = pace!.FindProblem(bytes.Length);
        }
    }

    private async Task<string?> CheckAsync()
    {
        var partial = Partial!;
        if (partial.FindProblem(out var sha256) is { } wrong)
        {
            Drop(wrong);
            return wrong;
        }

        await host.PublishAsync(this, sha256);
        partial.Release();
        return null;
    }

    /// <summary>What cannot be finished makes room for what can.</summary>
    private void Drop(string problem)
    {
        Partial?.Break(problem);
        try
        {
            folder.DeletePartial(image.Key);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It stays the index's, and goes with the next cleaning.
        }
    }
}
