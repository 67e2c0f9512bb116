using System.Globalization;
using BootAppliance.Images;

namespace BootAppliance.Http.Files;

/// <summary>What a route for files sends.</summary>
/// <param name="Name">What it is called in the timeline.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Tag">What changes when its bytes change, without quotes.</param>
/// <param name="LastModified">When that was, if anybody knows.</param>
internal abstract record FileContent(string Name, long Length, string Tag, DateTimeOffset? LastModified)
{
    /// <summary>Sends a part of it as the next part of the body; tells how many bytes the client took.</summary>
    public abstract Task<long> SendAsync(HttpContext context, long offset, long length, Action<long>? taken);

    /// <summary>A file, or a part of one that holds others around it; it stays the caller's.</summary>
    public sealed record OnDisk(OpenedFile File)
        : FileContent(File.Name, File.Length, string.Create(CultureInfo.InvariantCulture, $"{File.Length:x}-{File.LastModified.UtcTicks:x}{(File.Offset == 0 ? "" : $"-{File.Offset:x}")}"), File.LastModified)
    {
        public override Task<long> SendAsync(HttpContext context, long offset, long length, Action<long>? taken) =>
            FileSender.SendFileAsync(context, File.Handle, File.Offset + offset, length, taken);
    }

    /// <summary>A file from inside the program.</summary>
    public sealed record InMemory(string Name, ReadOnlyMemory<byte> Bytes, string Tag) : FileContent(Name, Bytes.Length, Tag, LastModified: null)
    {
        public override Task<long> SendAsync(HttpContext context, long offset, long length, Action<long>? taken) =>
            FileSender.SendBytesAsync(context, Bytes.Slice((int)offset, (int)length), taken);
    }

    /// <summary>An image that still comes: what is not there yet is waited for. An <see cref="IOException"/> says why it does not come.</summary>
    public sealed record Growing(GrowingImage Image) : FileContent(Image.Name, Image.Length, Image.Tag, LastModified: null)
    {
        public override async Task<long> SendAsync(HttpContext context, long offset, long length, Action<long>? taken)
        {
            long sent = 0;
            try
            {
                while (sent < length)
                {
                    var (before, end) = (sent, await Image.WaitAsync(offset + sent, context.RequestAborted));
                    var part = Math.Min(length, end - offset) - before;
                    sent += await FileSender.SendFileAsync(context, Image.Handle, offset + before, part, taken is null ? null : more => taken(before + more));
                    if (sent < before + part) break;
                }
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client is gone; what it took says how far it came.
            }

            return sent;
        }
    }
}
