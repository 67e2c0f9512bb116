using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Tftp.Server;

/// <summary>An opened file, from memory or from the disk, for one transfer.</summary>
public sealed class TftpFile : IDisposable
{
    /// <summary>In lock step a block is sent for each ACK: one read from the disk's cache serves many of them.</summary>
    private const int ChunkLength = 16 * 1024;

    private readonly ReadOnlyMemory<byte> content;
    private readonly SafeFileHandle? handle;
    private byte[]? chunk;
    private long chunkStart;
    private int chunkFilled;

    private TftpFile(string name, long length, ReadOnlyMemory<byte> content, SafeFileHandle? handle, object? subject)
    {
        Name = name;
        Length = length;
        this.content = content;
        this.handle = handle;
        Subject = subject;
    }

    /// <summary>What it is called in reports and logs.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>What the catalog knows of it besides, and the report tells again; null as a rule.</summary>
    public object? Subject { get; }

    /// <summary>A file whose content is in memory and does not change.</summary>
    public static TftpFile FromMemory(string name, ReadOnlyMemory<byte> content, object? subject = null) => new(name, content.Length, content, handle: null, subject);

    /// <summary>A file on the disk; the handle is closed with it.</summary>
    public static TftpFile FromHandle(string name, SafeFileHandle handle) => new(name, RandomAccess.GetLength(handle), default, handle, subject: null);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        handle?.Dispose();
        if (chunk is null) return;
        ArrayPool<byte>.Shared.Return(chunk);
        chunk = null;
    }

    /// <summary>
    /// Reads the beginning, where waiting for a disk keeps nobody else waiting. What follows is read in order, and the kernel reads ahead
    /// of that by itself: a transfer finds its next blocks in memory unless the disk is slower than the network.
    /// </summary>
    internal void ReadAhead()
    {
        if (handle is not null) FillChunk(handle, 0);
    }

    /// <summary>Fills the destination from an offset on; fewer bytes come only at the end of the file.</summary>
    internal int Read(long offset, Span<byte> destination)
    {
        if (handle is null) return Copy(content.Span, offset, destination);
        if (destination.Length >= ChunkLength / 2) return ReadDisk(handle, offset, destination);

        var read = CopyChunk(offset, destination);
        if (read == destination.Length) return read;
        FillChunk(handle, offset + read);
        return read + CopyChunk(chunkStart, destination[read..]);
    }

    private void FillChunk(SafeFileHandle from, long offset)
    {
        chunk ??= ArrayPool<byte>.Shared.Rent(ChunkLength);
        chunkStart = offset;
        chunkFilled = ReadDisk(from, offset, chunk.AsSpan(0, ChunkLength));
    }

    private int CopyChunk(long offset, Span<byte> destination) =>
        offset >= chunkStart && offset < chunkStart + chunkFilled ? Copy(chunk.AsSpan(0, chunkFilled), offset - chunkStart, destination) : 0;

    private static int Copy(ReadOnlySpan<byte> from, long offset, Span<byte> destination)
    {
        var available = from[(int)Math.Min(offset, from.Length)..];
        var count = Math.Min(available.Length, destination.Length);
        available[..count].CopyTo(destination);
        return count;
    }

    private static int ReadDisk(SafeFileHandle handle, long offset, Span<byte> destination)
    {
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
