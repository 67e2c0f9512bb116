using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Images.Import;

/// <summary>Brings images below <c>Http:Root</c>: fetches them, or takes what is sent; nobody sees one before it is whole and checked.</summary>
public sealed class ImageImporter(string root, IReadOnlyList<IImageSource> sources, TimeProvider time, ILogger<ImageImporter> logger) : IAsyncDisposable
{
    /// <summary>How often in a row a source may break off without another byte; the pauses between grow.</summary>
    private const int MostIdleTries = 5;

    /// <summary>So many ended imports are remembered.</summary>
    private const int MostRemembered = 100;

    private readonly ImportFolder folder = new(Path.GetFullPath(root).TrimEnd('/'));
    private readonly ConcurrentDictionary<string, ImageImport> imports = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();

    /// <summary>The import of this name, under way or ended a while ago; null: there is none.</summary>
    public ImageImport? Find(string name) => imports.GetValueOrDefault(name);

    /// <summary>Begins an import, or goes on with one of the same image; an <see cref="ImportException"/> says why not.</summary>
    public ImageImport Start(ImportRequest request)
    {
        var source = request.Source is null ? null : sources.FirstOrDefault(source => source.Reads(request.Source))
            ?? throw new ImportException(ImportRefusal.Invalid, $"{request.Source} cannot be fetched: give the URL of an image, or a file of this machine");
        if (request.Length == 0) throw new ImportException(ImportRefusal.Invalid, $"what is to become '{request.Name}' is empty, and no machine boots from that");
        lock (gate)
        {
            if (Find(request.Name) is { IsUnderWay: true } other)
            {
                if (other.Request == request && source is not null) return other;
                throw new ImportException(ImportRefusal.Conflict, $"'{request.Name}' is being imported already: wait until it is there, or take another name with --name");
            }

            folder.Check(request.Name);
            folder.CheckMove(request.Name);
            folder.CleanUp(time.GetUtcNow(), imports.Values.Where(import => import.IsUnderWay).Select(import => import.Name));
            var import = new ImageImport(request) { Bytes = ImportFile.Begun(folder.Partial(request.Name), request.Origin) };
            folder.CheckRoom(request.Length - import.Bytes);
            Remember(import);
            if (source is not null)
            {
                import.State = ImportState.Loading;
                import.Ended = RunAsync(import, (file, end) => FetchAsync(import, file, source, end), CancellationToken.None);
            }

            return import;
        }
    }

    /// <summary>Takes a part of an image that is sent here, and with the last one checks and publishes it.</summary>
    /// <param name="name">The name that the import was begun with.</param>
    /// <param name="offset">Where in the image the part begins: where it stands, in bytes.</param>
    /// <param name="content">The part.</param>
    /// <param name="cancellation">Ends it; what came is kept.</param>
    public async Task<ImageImport> ReceiveAsync(string name, long offset, Stream content, CancellationToken cancellation)
    {
        ImageImport import;
        lock (gate)
        {
            import = Find(name) is { Request.Source: null } begun ? begun : throw new ImportException(ImportRefusal.NotFound, $"no import of '{name}' was begun");
            if (import.State != ImportState.Waiting) throw new ImportException(ImportRefusal.Conflict, $"'{name}' is being sent by somebody else, or is there already");
            if (offset != import.Bytes) throw new ImportException(ImportRefusal.Conflict, $"'{name}' goes on at byte {import.Bytes}, not at {offset}");
            import.State = ImportState.Loading;
            import.Ended = RunAsync(import, (file, end) => TakeAsync(import, file, offset, content, end), cancellation);
        }

        await import.Ended;
        return import;
    }

    /// <summary>What was begun and is not whole, under way or not: its name, and how much of it is here in bytes.</summary>
    public IReadOnlyList<(string Name, long Bytes, long? Length)> Unfinished() => [.. folder.Begun().Select(begun => (begun.Record.Name, begun.Bytes, begun.Record.Length))];

    /// <summary>Calls an import off, and takes away what came of it; false: none of this name was begun, or it is whole by now.</summary>
    public async Task<bool> CallOffAsync(string name)
    {
        ImageImport? import;
        lock (gate) import = Find(name);
        if (import is { IsUnderWay: true })
        {
            await import.Off.CancelAsync();
            await import.Ended;
        }

        lock (gate)
        {
            if (Find(name) != import || import?.State == ImportState.Done || (import is null && folder.Begun().All(begun => begun.Record.Name != name))) return false;
            ImportFile.Delete(folder.Partial(name));
            imports.TryRemove(name, out _);
        }

        ImportLog.CalledOff(logger, name, import?.Bytes ?? 0);
        return true;
    }

    /// <summary>Ends what is under way; the same import goes on where it stood.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(imports.Values.Select(import => import.Ended));
        stopping.Dispose();
    }

    private void Remember(ImageImport import)
    {
        foreach (var ended in imports.Values.Where(known => known.State is ImportState.Done or ImportState.Failed).Take(Math.Max(0, imports.Count - MostRemembered))) imports.TryRemove(ended.Name, out _);
        imports[import.Name] = import;
    }

    /// <summary>Runs one import to its end; what goes wrong is written in it.</summary>
    private async Task RunAsync(ImageImport import, Func<ImportFile, CancellationToken, Task<string?>> fill, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token, import.Off.Token);
        // The request that began it is answered before.
        await Task.Yield();
        try
        {
            var record = new ImportRecord(import.Name, import.Request.Origin, import.Request.Length, null, null, import.Request.Checksum?.ToString());
            using var file = await ImportFile.OpenAsync(folder.Partial(import.Name), record, end.Token);
            import.Bytes = file.Written;
            var problem = await FillAsync(import, file, fill, end.Token);
            if (file.Written == 0 && problem is not null) file.Abandon();
            if (problem is not null) Fail(import, problem);
            else if (import.Length is { } length && file.Written < length) import.State = ImportState.Waiting;
            else Publish(import, file);
        }
        catch (OperationCanceledException)
        {
            if (import.Request.Source is null) import.State = ImportState.Waiting;
            else Fail(import, import.Off.IsCancellationRequested ? "it was called off" : "the appliance was stopped; the same command goes on with it");
        }
        catch (ImportException refused)
        {
            import.Refusal = refused.Refusal;
            Fail(import, refused.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            import.Refusal = ImportRefusal.NotWritable;
            Fail(import, $"it cannot be written below {root}: {failure.Message}");
        }
        catch (Exception fault)
        {
            ImportLog.Fault(logger, fault, import.Name);
            Fail(import, $"it cannot be imported: {fault.Message}");
        }
    }

    private static async Task<string?> FillAsync(ImageImport import, ImportFile file, Func<ImportFile, CancellationToken, Task<string?>> fill, CancellationToken cancellation)
    {
        try
        {
            return await fill(file, cancellation);
        }
        catch (ImportException refused)
        {
            import.Refusal = refused.Refusal;
            return refused.Message;
        }
        finally
        {
            file.Flush();
        }
    }

    private void Publish(ImageImport import, ImportFile file)
    {
        if (file.Finish(folder.Check(import.Name), out var sum) is { } wrong)
        {
            Fail(import, wrong);
            return;
        }

        (import.Sha256, import.Length, import.Problem, import.State) = (sum, file.Written, null, ImportState.Done);
        ImportLog.Imported(logger, import.Name, file.Written, sum);
    }

    private void Fail(ImageImport import, string problem)
    {
        (import.Problem, import.State) = (problem, ImportState.Failed);
        ImportLog.Failed(logger, import.Name, import.Bytes, problem);
    }

    private async Task<string?> FetchAsync(ImageImport import, ImportFile file, IImageSource source, CancellationToken cancellation)
    {
        var best = file.Written;
        for (var idle = 0; ; idle++)
        {
            if (file.IsWhole) return null;
            if (!file.CanGoOn) file.Begin(file.Record);
            var before = file.Written;
            var problem = await source.OpenAsync(import.Request.Source!, before, before > 0 ? new ImageValidators(file.Record.ETag, file.Record.LastModified) : null, cancellation) switch
            {
                ImageFetch.Opened opened => await TakeAsync(import, file, opened, cancellation),
                ImageFetch.Failed { IsPassing: true } failed => failed.Problem,
                ImageFetch.Failed failed => throw new ImportException(ImportRefusal.Invalid, failed.Problem),
                _ => throw new ImportException(ImportRefusal.Invalid, "the source says that nothing has changed, and was not asked"),
            };
            if (problem is null) return null;
            if (file.Written > best) (best, idle) = (file.Written, 0);
            if (idle == MostIdleTries) return $"{problem}, again and again; {Remains(file)}";
            import.Problem = problem;
            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, idle - 1)), time, cancellation);
        }
    }

    private static string Remains(ImportFile file)
    {
        if (file.Written == 0) return "nothing came";
        return file.CanGoOn ? $"{file.Written} bytes are here, and the same command goes on with them" : $"{file.Written} bytes came, and nothing tells whether what follows would be of the same version";
    }

    /// <summary>Goes on with what is there, or begins again where the source does; null: the image is whole.</summary>
    private async Task<string?> TakeAsync(ImageImport import, ImportFile file, ImageFetch.Opened opened, CancellationToken cancellation)
    {
        await using var content = opened.Content;
        var goesOn = opened.Offset == file.Written && (opened.Length is null || file.Record.Length is null || opened.Length == file.Record.Length);
        if (opened.Offset > 0 && !goesOn)
        {
            file.Begin(file.Record with { Length = null });
            return "the source sends another part of the image than the one that it was asked for";
        }

        if (opened.Offset == 0)
        {
            var checksum = import.Request.Checksum ?? (import.Request.Source as ImageReference.Remote)?.Checksum ?? opened.Checksum;
            file.Begin(new ImportRecord(import.Name, import.Request.Origin, opened.Length, opened.Validators.ETag, opened.Validators.LastModified, checksum?.ToString()));
        }

        (import.Bytes, import.Length, import.Problem) = (file.Written, opened.Length ?? file.Record.Length, null);
        folder.CheckRoom(import.Length - import.Bytes);
        var problem = await CopyAsync(import, file, content, cancellation);
        return problem is null && file.Written == 0 ? throw new ImportException(ImportRefusal.Invalid, "it is empty at its source") : problem;
    }

    /// <summary>Takes what a client sends; one that breaks off comes again.</summary>
    private async Task<string?> TakeAsync(ImageImport import, ImportFile file, long offset, Stream content, CancellationToken cancellation)
    {
        // Somebody may have removed what was here since it was asked for.
        if (file.Written != offset) return $"{file.Written} bytes of it are here, and what came begins at byte {offset}: send it again";
        folder.CheckRoom(import.Length - file.Written);
        await CopyAsync(import, file, content, cancellation);
        return null;
    }

    private static async Task<string?> CopyAsync(ImageImport import, ImportFile file, Stream content, CancellationToken cancellation)
    {
        var problem = await SourceCopy.RunAsync(content, async bytes =>
        {
            if (file.Written + bytes.Length > import.Length) throw new ImportException(ImportRefusal.Invalid, $"more comes than the {import.Length} bytes that were said");
            await file.AppendAsync(bytes, cancellation);
            import.Bytes = file.Written;
            return null;
        }, cancellation);
        return problem ?? (import.Length is null || file.Written == import.Length ? null : "the source ended too early");
    }
}
