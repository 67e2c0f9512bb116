using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>A file, or a part of one, whose bytes are read by places that the file itself names: nothing outside of it is read.</summary>
internal sealed class FileWindow
{
    private readonly SafeFileHandle? handle;
    private readonly long start;
    private readonly ReadOnlyMemory<byte> content;

    public FileWindow(OpenedFile file) => (handle, start, Length) = (file.Handle, file.Offset, file.Length);

    public FileWindow(ReadOnlyMemory<byte> content) => (this.content, Length) = (content, content.Length);

    public long Length { get; }

    public bool Holds(long offset, long count) => offset >= 0 && count >= 0 && offset <= Length && count <= Length - offset;

    /// <summary>Fills the buffer, or reads nothing that may be relied upon.</summary>
    public bool TryRead(long offset, Span<byte> buffer) => Holds(offset, buffer.Length) && Read(offset, buffer) == buffer.Length;

    /// <summary>Fills as much of the buffer as there are bytes; the rest is zero.</summary>
    public int ReadUpTo(long offset, Span<byte> buffer)
    {
        var count = Read(offset, buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)]);
        buffer[count..].Clear();
        return count;
    }

    private int Read(long offset, Span<byte> buffer)
    {
        if (handle is null)
        {
            if (buffer.Length > 0) content.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], start + offset + total) is > 0 and var count) total += count;
        return total;
    }
}
