using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>An image that machines read while it still comes; its last bytes are held back until all of it has been checked.</summary>
public sealed class GrowingImage : IDisposable
{
    private readonly PartialFile partial;

    internal GrowingImage(PartialFile partial, string name, long length, SafeFileHandle file) => (this.partial, Name, Length, Handle) = (partial, name, length, file);

    /// <summary>What people know it by.</summary>
    public string Name { get; }

    /// <summary>Its size in bytes, when it is whole.</summary>
    public long Length { get; }

    /// <summary>The open file, from its beginning.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Changes when the source has another version.</summary>
    public string Tag => partial.Tag;

    /// <summary>Up to where there is something to read now, in bytes from the beginning; 0 or less: nothing.</summary>
    public long Readable => partial.Readable;

    /// <summary>Waits until there is something to read.</summary>
    /// <param name="offset">The first byte that is wanted, below <see cref="Length"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Up to where there is, in bytes from the beginning. An <see cref="IOException"/> says why the rest does not come.</returns>
    public Task<long> WaitAsync(long offset, CancellationToken cancellation) => partial.WaitAsync(offset, cancellation);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
