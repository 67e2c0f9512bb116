using System.Buffers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Http.Files;

/// <summary>The one way in which the bytes of a file get into an answer.</summary>
internal static class FileSender
{
    private const int BufferSize = 64 * 1024;

    /// <summary>
    /// Sends a part of a file as the next part of the body, whose Content-Length has been set: by the kernel alone where the connection allows it, otherwise
    /// (TLS, HTTP/2) through memory. It tells how many bytes the client took; after fewer than the part's it is gone, and the answer at its end.
    /// </summary>
    /// <param name="context">The answer.</param>
    /// <param name="file">The open file, which stays the caller's.</param>
    /// <param name="offset">Where the part begins in it, in bytes.</param>
    /// <param name="length">How long the part is, in bytes.</param>
    /// <param name="taken">Is told again and again how many bytes of the part the client has taken by then.</param>
    public static async Task<long> SendFileAsync(HttpContext context, SafeFileHandle file, long offset, long length, Action<long>? taken = null)
    {
        if (length == 0) return 0;
        var isPlain = context.Features.Get<ITlsHandshakeFeature>() is null && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol));
        var connection = context.Features.Get<FileConnection>();
        using var share = connection?.Share();
        if (!isPlain || connection is null) return await CopyAsync(context, file, offset, length, taken);

        await context.Response.StartAsync();
        var flushed = await context.Response.BodyWriter.FlushAsync();
        var sent = flushed.IsCompleted ? 0 : await connection.SendAsync(new FileTransfer(file, offset, length, taken), context.Response.BodyWriter);
        if (sent < length) context.Abort();
        return sent;
    }

    /// <summary>Sends bytes from memory as the next part of the body, as above.</summary>
    public static async Task<long> SendBytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, Action<long>? taken = null)
    {
        LetStall(context);
        var sent = 0;
        while (sent < bytes.Length)
        {
            var part = bytes.Slice(sent, Math.Min(BufferSize, bytes.Length - sent));
            if (!await TryWriteAsync(context, part)) break;
            sent += part.Length;
            taken?.Invoke(sent);
        }

        return sent;
    }

    private static async Task<long> CopyAsync(HttpContext context, SafeFileHandle file, long offset, long length, Action<long>? taken)
    {
        LetStall(context);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long sent = 0;
            while (sent < length)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(BufferSize, length - sent)), offset + sent);
                if (read == 0) throw new IOException($"the file ended {length - sent} bytes early: it became shorter while it was sent");
                if (!await TryWriteAsync(context, buffer.AsMemory(0, read))) break;
                sent += read;
                taken?.Invoke(sent);
            }

            return sent;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> TryWriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            return !context.RequestAborted.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Firmware reads nothing while it unpacks what it has; a download that takes its time is no attack.</summary>
    private static void LetStall(HttpContext context)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
