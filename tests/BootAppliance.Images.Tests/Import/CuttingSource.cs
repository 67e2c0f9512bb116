using BootAppliance.Images;

namespace BootAppliance.Tests.Import;

/// <summary>A source that breaks off where it is told to, and says what it was asked for.</summary>
internal sealed class CuttingSource(byte[] content) : IImageSource
{
    private readonly Queue<int> cuts = new();

    public byte[] Content { get; set; } = content;

    public string? ETag { get; set; } = "\"1\"";

    public ImageFetch.Failed? Failure { get; set; }

    public Exception? Fault { get; set; }

    public bool SaysLength { get; init; } = true;

    /// <summary>From which byte each opening was asked, and with which entity tag.</summary>
    public List<(long From, string? ETag)> Asked { get; } = [];

    /// <summary>Ends when the source has nothing more to send for now.</summary>
    public TaskCompletionSource Stuck { get; } = new();

    /// <summary>After so many bytes of an opening it is cut; a negative number: it falls silent then.</summary>
    public CuttingSource Cut(params int[] after)
    {
        foreach (var cut in after) cuts.Enqueue(cut);
        return this;
    }

    public bool Reads(ImageReference image) => image is ImageReference.Remote;

    public Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        Asked.Add((from, validators?.ETag));
        if (Fault is { } fault) throw fault;
        if (Failure is { } failure) return Task.FromResult<ImageFetch>(failure);
        var offset = from > 0 && validators?.ETag == ETag ? from : 0;
        var stream = new CutStream(Content[(int)offset..], cuts.TryDequeue(out var cut) ? cut : null, Stuck);
        return Task.FromResult<ImageFetch>(new ImageFetch.Opened(stream, offset, SaysLength ? Content.Length : null, new ImageValidators(ETag, null)));
    }

    private sealed class CutStream(byte[] bytes, int? cut, TaskCompletionSource stuck) : MemoryStream(bytes, 0, Math.Min(bytes.Length, Math.Abs(cut ?? bytes.Length)))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length || cut is null) return await base.ReadAsync(buffer, cancellationToken);
            if (cut >= 0) throw new IOException("the connection was reset");
            stuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
