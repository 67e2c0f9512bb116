using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace BootAppliance.Http.Files;

/// <summary>
/// A connection's way out, straight into its socket: a flush is over when the kernel has all, so that a file can follow at once; and an answer
/// goes out on the thread that made it. The bytes that the kernel sends by itself are only counted here, since the server holds an answer to
/// its Content-Length.
/// </summary>
internal sealed class SocketOutput(ConnectionContext connection, Socket socket) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    /// <summary>Stands for the bytes of files; nobody ever reads or writes it.</summary>
    private static readonly byte[] counted = GC.AllocateUninitializedArray<byte>(1 << 20);

    private readonly PipeWriter transport = connection.Transport.Output;
    private byte[] buffer = [];
    private int filled;
    private bool isCounting;
    private bool isBroken;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => filled;

    /// <summary>Takes note of bytes that are sent past this writer, as a part of the body.</summary>
    public void Count(PipeWriter body, long bytes)
    {
        isCounting = true;
        for (var left = bytes; left > 0;)
        {
            var count = (int)Math.Min(left, body.GetMemory().Length);
            body.Advance(count);
            left -= count;
        }

        isCounting = false;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (isCounting) return counted;
        if (buffer.Length - filled < Math.Max(sizeHint, 1)) Grow(Math.Max(sizeHint, SmallestBuffer));
        return buffer.AsMemory(filled);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!isCounting) filled += bytes;
    }

    /// <summary>The token is of no use: half an answer cannot be taken back. When the connection is closed, so is the socket.</summary>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (filled == 0 || isBroken) return new(Flushed());
        var sending = SendAsync();
        return sending.IsCompletedSuccessfully ? new(Flushed()) : FlushAsync(sending);
    }

    public override void CancelPendingFlush()
    {
        // As for the token above.
    }

    public override void Complete(Exception? exception = null)
    {
        if (filled > 0 && !isBroken) transport.Write(buffer.AsSpan(0, filled));
        Release();
        transport.Complete(exception);
    }

    private async ValueTask<FlushResult> FlushAsync(ValueTask sending)
    {
        await sending;
        return Flushed();
    }

    private async ValueTask SendAsync()
    {
        try
        {
            for (var sent = 0; sent < filled;) sent += await socket.SendAsync(buffer.AsMemory(sent, filled - sent), SocketFlags.None);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            isBroken = true;
            connection.Abort(new ConnectionAbortedException("The client went away.", gone));
        }

        Release();
    }

    private FlushResult Flushed() => new(isCanceled: false, isCompleted: isBroken);

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(filled + size, buffer.Length * 2));
        buffer.AsSpan(0, filled).CopyTo(larger);
        var kept = filled;
        Release();
        (buffer, filled) = (larger, kept);
    }

    /// <summary>A connection that waits for its next request holds no memory.</summary>
    private void Release()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, filled) = ([], 0);
    }
}
