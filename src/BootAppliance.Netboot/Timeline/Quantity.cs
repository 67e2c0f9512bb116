using System.Globalization;

namespace BootAppliance.Netboot.Timeline;

/// <summary>Sizes and rates as people read them.</summary>
public static class Quantity
{
    /// <summary>A size in decimal units: <c>997 kB</c>, <c>8.4 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>How much of a whole there is: <c>34 % of 8.4 MB</c>.</summary>
    public static string Share(long bytes, long length) => string.Create(CultureInfo.InvariantCulture, $"{(length > 0 ? bytes * 100 / length : 0)} % of {Size(length)}");

    /// <summary>A size with the time it took and the rate: <c>8.4 MB in 0.6 s, 14.0 MB/s</c>.</summary>
    public static string Transfer(long bytes, TimeSpan duration) => duration < TimeSpan.FromMilliseconds(1)
        ? Size(bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{Size(bytes)} in {duration.TotalSeconds:0.0##} s, {bytes / duration.TotalSeconds / 1e6:0.0} MB/s");
}
