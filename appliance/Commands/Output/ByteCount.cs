using System.Globalization;

namespace BootAppliance.Commands.Output;

/// <summary>Numbers of bytes for people.</summary>
internal static class ByteCount
{
    private static readonly string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Words(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++) bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {units[unit]}");
    }
}
