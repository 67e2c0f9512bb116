using System.Buffers.Text;
using System.Text;

namespace BootAppliance.Tftp.Wire;

/// <summary>
/// The options of a request, or those of an OACK (RFC 2347); null is an option that is not there.
/// Option names that are not known, and values outside the range of their RFC, are as if they were not there.
/// </summary>
/// <param name="BlockSize"><c>blksize</c>, bytes, 8 to 65464 (RFC 2348).</param>
/// <param name="TransferSize"><c>tsize</c>, bytes; 0 in a request (RFC 2349).</param>
/// <param name="Timeout"><c>timeout</c>, seconds, 1 to 255 (RFC 2349).</param>
/// <param name="WindowSize"><c>windowsize</c>, blocks, 1 to 65535 (RFC 7440).</param>
public readonly record struct TftpOptions(int? BlockSize = null, long? TransferSize = null, int? Timeout = null, int? WindowSize = null)
{
    /// <summary>The block size where none is negotiated, bytes (RFC 1350 section 2).</summary>
    public const int DefaultBlockSize = 512;

    /// <summary>The largest block size that can be negotiated, bytes (RFC 2348).</summary>
    public const int LargestBlockSize = 65464;

    /// <summary>Whether there is no option at all, so that no OACK is due.</summary>
    public bool IsEmpty => this == default;

    internal static TftpOptions Read(ref TftpReader reader)
    {
        var options = default(TftpOptions);
        while (true)
        {
            var name = reader.ReadText();
            var value = reader.ReadText();

            // ROMs pad their requests: what is no complete pair at the end is no option, as tftpd-hpa and dnsmasq see it.
            if (reader.Overrun || name.IsEmpty) return options;
            options = options.With(name, value);
        }
    }

    internal IEnumerable<(string Name, long Value)> Pairs()
    {
        if (BlockSize is { } blockSize) yield return ("blksize", blockSize);
        if (TransferSize is { } transferSize) yield return ("tsize", transferSize);
        if (Timeout is { } timeout) yield return ("timeout", timeout);
        if (WindowSize is { } windowSize) yield return ("windowsize", windowSize);
    }

    private TftpOptions With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Utf8Parser.TryParse(value, out long number, out var consumed) || consumed != value.Length) return this;

        // An option may be given once (RFC 2347): the first one counts.
        if (Is(name, "blksize"u8) && number is >= 8 and <= LargestBlockSize) return this with { BlockSize = BlockSize ?? (int)number };
        if (Is(name, "tsize"u8) && number >= 0) return this with { TransferSize = TransferSize ?? number };
        if (Is(name, "timeout"u8) && number is >= 1 and <= 255) return this with { Timeout = Timeout ?? (int)number };
        if (Is(name, "windowsize"u8) && number is >= 1 and <= ushort.MaxValue) return this with { WindowSize = WindowSize ?? (int)number };
        return this;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
