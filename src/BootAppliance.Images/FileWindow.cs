using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>A file, or a part of one, whose bytes are read by places that the file itself names: nothing outside of it is read.</summary>
internal sealed class FileWindow(SafeFileHandle handle, long length, long start = 0)
{
    public FileWindow(OpenedFile file) : this(file.Handle, file.Length, file.Offset) { }

    public long Length => length;

    public bool Holds(long offset, long count) => offset >= 0 && count >= 0 && offset <= length && count <= length - offset;

    /// <summary>Fills the buffer, or reads nothing that may be relied upon.</summary>
    public bool TryRead(long offset, Span<byte> buffer) => Holds(offset, buffer.Length) && Read(offset, buffer) == buffer.Length;

    /// <summary>Fills as much of the buffer as there are bytes; the rest is zero.</summary>
    public int ReadUpTo(long offset, Span<byte> buffer)
    {
        var count = Read(offset, buffer[..(int)Math.Clamp(length - offset, 0, buffer.Length)]);
        buffer[count..].Clear();
        return count;
    }

    private int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], start + offset + total) is > 0 and var count) total += count;
        return total;
    }
}
