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
    private readonly long start;
    private byte[]? chunk;
    private long chunkStart;
    private int chunkFilled;

    private TftpFile(string name, long length, ReadOnlyMemory<byte> content, SafeFileHandle? handle, long start = 0)
    {
        Name = name;
        Length = length;
        this.content = content;
        this.handle = handle;
        this.start = start;
    }

    /// <summary>What it is called in reports and logs.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>Whether it holds a descriptor of the process.</summary>
    internal bool IsOnDisk => handle is not null;

    /// <summary>A file whose content is in memory and does not change.</summary>
    public static TftpFile FromMemory(string name, ReadOnlyMemory<byte> content) => new(name, content.Length, content, handle: null);

    /// <summary>A file on the disk; the handle is closed with it.</summary>
    public static TftpFile FromHandle(string name, SafeFileHandle handle) => FromHandle(name, handle, 0, RandomAccess.GetLength(handle));

    /// <summary>A part of a file on the disk, such as a file in an ISO image; the handle is closed with it.</summary>
    /// <param name="name">What it is called in reports and logs.</param>
    /// <param name="handle">The open file.</param>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="length">How long it is, in bytes.</param>
    public static TftpFile FromHandle(string name, SafeFileHandle handle, long offset, long length) => new(name, length, default, handle, offset);

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
        if (handle is not null) FillChunk(0);
    }

    /// <summary>Fills the destination from an offset on; fewer bytes come only at the end of the file.</summary>
    internal int Read(long offset, Span<byte> destination)
    {
        if (handle is null) return Copy(content.Span, offset, destination);
        if (destination.Length >= ChunkLength / 2) return ReadDisk(offset, destination);

        var read = CopyChunk(offset, destination);
        if (read == destination.Length) return read;
        FillChunk(offset + read);
        return read + CopyChunk(chunkStart, destination[read..]);
    }

    private void FillChunk(long offset)
    {
        chunk ??= ArrayPool<byte>.Shared.Rent(ChunkLength);
        chunkStart = offset;
        chunkFilled = ReadDisk(offset, chunk.AsSpan(0, ChunkLength));
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

    private int ReadDisk(long offset, Span<byte> destination)
    {
        var wanted = destination[..(int)Math.Clamp(Length - offset, 0, destination.Length)];
        var read = 0;
        while (read < wanted.Length)
        {
            var count = RandomAccess.Read(handle!, wanted[read..], start + offset + read);
            if (count == 0) break;
            read += count;
        }

        return read;
    }
}
