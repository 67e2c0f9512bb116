namespace BootAppliance.Images.Import;

/// <summary>How far an import is.</summary>
public enum ImportState
{
    /// <summary>Its bytes are still to be sent here.</summary>
    Waiting,

    /// <summary>Bytes come in.</summary>
    Loading,

    /// <summary>The image is there.</summary>
    Done,

    /// <summary>It came to nothing; what came is kept where it can be gone on with.</summary>
    Failed,
}

/// <summary>One import: what is asked for, and how far it is. Changed by one task, read by all.</summary>
public sealed class ImageImport
{
    private readonly ImportRequest request;
    private long bytes;

    internal ImageImport(ImportRequest request) => (this.request, Length) = (request, request.Length);

    /// <summary>The path below <c>Http:Root</c>.</summary>
    public string Name => request.Name;

    /// <summary>What is asked for.</summary>
    public ImportRequest Request => request;

    /// <summary>How far it is.</summary>
    public ImportState State { get; internal set; } = ImportState.Waiting;

    /// <summary>How much of it is here, in bytes.</summary>
    public long Bytes { get => Interlocked.Read(ref bytes); internal set => Interlocked.Exchange(ref bytes, value); }

    /// <summary>How long it will be, in bytes; null: the source does not say.</summary>
    public long? Length { get; internal set; }

    /// <summary>What is wrong, also while it is tried again; null: nothing.</summary>
    public string? Problem { get; internal set; }

    /// <summary>Which kind of problem it came to nothing by; null: one of the source.</summary>
    public ImportRefusal? Refusal { get; internal set; }

    /// <summary>The sum of the whole image, in lower-case hexadecimal; null until it is there.</summary>
    public string? Sha256 { get; internal set; }

    /// <summary>Ends when nothing is under way any more.</summary>
    internal Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Calls it off.</summary>
    internal CancellationTokenSource Off { get; } = new();

    internal bool IsUnderWay => State == ImportState.Loading;
}
