using System.Net;

namespace BootAppliance.Commands;

/// <summary>The rest of a file as it is sent, with somebody who is told now and then how much has gone. The last piece goes only when the file is still as it was: one that is being written would be taken for whole.</summary>
internal sealed class ShownContent(FileStream file, Func<bool> isAsItWas, Action<long> show, TimeProvider time) : HttpContent
{
    private const int BufferSize = 256 << 10;

    private static readonly TimeSpan between = TimeSpan.FromMilliseconds(250);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var (buffer, sent, shown) = (new byte[BufferSize], 0L, time.GetTimestamp());
        var length = file.Length - file.Position;
        while (sent < length)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferSize, length - sent)), cancellationToken);
            if (read == 0 || (sent + read == length && !isAsItWas())) throw new ApiFailure($"{file.Name} was changed while it was sent: import it when nobody writes into it any more");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            sent += read;
            if (time.GetElapsedTime(shown) < between) continue;
            shown = time.GetTimestamp();
            show(sent);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Length - file.Position;
        return true;
    }
}
