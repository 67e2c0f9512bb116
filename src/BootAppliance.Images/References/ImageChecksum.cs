using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BootAppliance.Images;

/// <summary>What the content of an image must add up to.</summary>
/// <param name="Algorithm">The algorithm: <c>MD5</c>, <c>SHA256</c> or <c>SHA512</c>.</param>
/// <param name="Hex">The sum, in lower case.</param>
public sealed record ImageChecksum(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>Reads <c>sha256:HEX</c>, <c>sha512:HEX</c>, <c>md5:HEX</c>, also with a dash in the name, or the sum alone, as lists of sums and Ironic have it: its length tells what it is.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageChecksum? checksum, out string problem)
    {
        checksum = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var hex = text[(colon + 1)..];
        (HashAlgorithmName Name, int Digits) algorithm = (colon < 0 ? null : text[..colon].Replace("-", "", StringComparison.Ordinal).ToLowerInvariant(), hex.Length) switch
        {
            ("sha256", _) or (null, 64) => (HashAlgorithmName.SHA256, 64),
            ("sha512", _) or (null, 128) => (HashAlgorithmName.SHA512, 128),
            ("md5", _) or (null, 32) => (HashAlgorithmName.MD5, 32),
            _ => default,
        };
        if (algorithm.Digits == 0) problem = $"'{text}' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal";
        else if (hex.Length != algorithm.Digits || !hex.All(char.IsAsciiHexDigit)) problem = $"a checksum with {algorithm.Name} has {algorithm.Digits} hexadecimal digits, and this is '{hex}'";
        else (checksum, problem) = (new ImageChecksum(algorithm.Name, hex.ToLowerInvariant()), "");
        return checksum is not null;
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"{Algorithm.Name!.ToLowerInvariant()}:{Hex}";
}
