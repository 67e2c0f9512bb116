using System.Net;

namespace BootAppliance.Commands;

/// <summary>The rest of a file as it is sent, with somebody who is told now and then how much has gone.</summary>
internal sealed class ShownContent(FileStream file, Action<long> show, TimeProvider time) : HttpContent
{
    private const int BufferSize = 256 << 10;

    private static readonly TimeSpan between = TimeSpan.FromMilliseconds(250);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var (buffer, sent, shown) = (new byte[BufferSize], 0L, time.GetTimestamp());
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
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
