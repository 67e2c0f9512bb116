namespace BootAppliance.Images;

/// <summary>Takes what a source sends.</summary>
internal static class SourceCopy
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Reads until the source is through or breaks off: a failure of the reading is the source's, one of <paramref name="take"/> is ours and goes on to the caller.</summary>
    /// <param name="content">What the source sends.</param>
    /// <param name="take">Takes the next bytes; not null: why no more are wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it did not come to its end; null: it did.</returns>
    public static async Task<string?> RunAsync(Stream content, Func<ReadOnlyMemory<byte>, Task<string?>> take, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            int read;
            try
            {
                read = await content.ReadAsync(buffer, cancellation);
            }
            catch (IOException cut)
            {
                return cut.Message;
            }

            if (read == 0) return null;
            if (await take(buffer.AsMemory(0, read)) is { } problem) return problem;
        }
    }
}
