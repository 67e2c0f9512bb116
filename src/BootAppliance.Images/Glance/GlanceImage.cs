using System.Text.Json;

namespace BootAppliance.Images;

/// <summary>
/// What Glance tells about an image, as far as it is needed. Not <c>direct_url</c> and <c>locations</c>: with Swift behind Glance they hold its password.
/// </summary>
/// <param name="Status"><c>active</c> when it can be had.</param>
/// <param name="Size">Its size in bytes; null while it is not there.</param>
/// <param name="OsHashAlgo">The algorithm of <paramref name="OsHashValue"/>, as a rule <c>sha512</c>.</param>
/// <param name="OsHashValue">The sum of its content, in hexadecimal.</param>
/// <param name="Checksum">Its MD5, which was all there was before 2018.</param>
public sealed record GlanceImage(string? Status, long? Size, string? OsHashAlgo, string? OsHashValue, string? Checksum)
{
    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What its content adds up to; null: Glance does not say, or by a sum that is not known here.</summary>
    public ImageChecksum? FindSum() =>
        ImageChecksum.TryParse($"{OsHashAlgo}:{OsHashValue}", out var sum, out _) || ImageChecksum.TryParse($"md5:{Checksum}", out sum, out _) ? sum : null;
}
