using System.Globalization;

namespace BootAppliance.Settings;

/// <summary>A number of bytes, written with its unit: <c>20GiB</c>, <c>512MB</c>, <c>4096</c>.</summary>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1),
    ];

    public static ByteSize FromGiB(long count) => new(count << 30);

    /// <summary>Reads digits, an optional blank, and a unit in any case; no unit means bytes.</summary>
    public static bool TryParse(string text, out ByteSize size)
    {
        size = default;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var suffix = text[digits..].TrimStart(' ');
        var unit = suffix.Length == 0 ? 1 : Array.Find(Units, u => u.Suffix.Equals(suffix, StringComparison.OrdinalIgnoreCase)).Bytes;
        if (unit == 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count > long.MaxValue / unit) return false;
        size = new ByteSize(count * unit);
        return true;
    }

    public override string ToString()
    {
        var bytes = Bytes;
        var (suffix, unit) = Array.Find(Units, u => bytes >= u.Bytes && bytes % u.Bytes == 0);
        return suffix is null ? "0B" : $"{bytes / unit}{suffix}";
    }
}
