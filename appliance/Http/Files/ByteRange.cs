using System.Collections.Immutable;
using Microsoft.Net.Http.Headers;

namespace BootAppliance.Http.Files;

/// <summary>A part of a file that was asked for, RFC 9110 section 14.</summary>
/// <param name="First">Its first byte, counted from 0.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal readonly record struct ByteRange(long First, long Length)
{
    /// <summary>Firmware asks for one, download managers for a handful; more are an attack on the server's patience (RFC 9110 section 17.15).</summary>
    private const int Most = 16;

    /// <summary>The last byte.</summary>
    public long Last => First + Length - 1;

    /// <summary>
    /// The parts of a file that a Range header asks for, in its order; none: the file has none of them, or the header cannot be read; null: the whole file,
    /// which is also the answer to parts that overlap and to more parts than anybody needs.
    /// </summary>
    public static ImmutableArray<ByteRange>? Read(string header, long fileLength)
    {
        if (header.Length == 0) return null;
        if (!RangeHeaderValue.TryParse(header, out var asked)) return header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) ? [] : null;
        if (!asked.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) || asked.Ranges.Count > Most) return null;
        ImmutableArray<ByteRange> found = [.. asked.Ranges.Select(range => Find(range, fileLength)).OfType<ByteRange>()];
        var sorted = found.OrderBy(range => range.First).ToList();
        return sorted.Zip(sorted.Skip(1)).Any(pair => pair.Second.First <= pair.First.Last) ? null : found;
    }

    private static ByteRange? Find(RangeItemHeaderValue range, long fileLength)
    {
        var first = range.From ?? Math.Max(0, fileLength - range.To!.Value);
        var last = range.From is null ? fileLength - 1 : Math.Min(range.To ?? long.MaxValue, fileLength - 1);
        return first <= last ? new ByteRange(first, last - first + 1) : null;
    }
}
