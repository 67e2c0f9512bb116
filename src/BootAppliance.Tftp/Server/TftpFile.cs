using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Tftp.Server;

/// <summary>An opened file, from memory or from the disk, for one transfer.</summary>
public sealed class TftpFile : IDisposable
{
    private readonly ReadOnlyMemory<byte> content;
    private readonly SafeFileHandle? handle;

    private TftpFile(string name, long length, ReadOnlyMemory<byte> content, SafeFileHandle? handle)
    {
        Name = name;
        Length = length;
        this.content = content;
        this.handle = handle;
    }

    /// <summary>What it is called in reports and logs.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>A file whose content is in memory and does not change.</summary>
    public static TftpFile FromMemory(string name, ReadOnlyMemory<byte> content) => new(name, content.Length, content, handle: null);

    /// <summary>A file on the disk; the handle is closed with it.</summary>
    public static TftpFile FromHandle(string name, SafeFileHandle handle) => new(name, RandomAccess.GetLength(handle), default, handle);

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle?.Dispose();

    /// <summary>Fills the destination from an offset on; fewer bytes come only at the end of the file.</summary>
    internal int Read(long offset, Span<byte> destination)
    {
        if (handle is null)
        {
            var available = content.Span[(int)Math.Min(offset, content.Length)..];
            var count = Math.Min(available.Length, destination.Length);
            available[..count].CopyTo(destination);
            return count;
        }

        var read = 0;
        while (read < destination.Length)
        {
            var count = RandomAccess.Read(handle, destination[read..], offset + read);
            if (count == 0) break;
            read += count;
        }

        return read;
    }
}
