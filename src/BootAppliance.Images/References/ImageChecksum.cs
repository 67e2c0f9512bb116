using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BootAppliance.Images;

/// <summary>What the content of an image must add up to.</summary>
/// <param name="Algorithm">The algorithm: <c>MD5</c>, <c>SHA256</c> or <c>SHA512</c>.</param>
/// <param name="Hex">The sum, in lower case.</param>
public sealed record ImageChecksum(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>Reads <c>sha256:HEX</c>, <c>sha512:HEX</c> or <c>md5:HEX</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageChecksum? checksum, out string problem)
    {
        checksum = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        (HashAlgorithmName Name, int Digits) algorithm = (colon < 0 ? "" : text[..colon].ToLowerInvariant()) switch
        {
            "sha256" => (HashAlgorithmName.SHA256, 64),
            "sha512" => (HashAlgorithmName.SHA512, 128),
            "md5" => (HashAlgorithmName.MD5, 32),
            _ => default,
        };
        var hex = text[(colon + 1)..];
        if (algorithm.Digits == 0) problem = $"'{text}' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal";
        else if (hex.Length != algorithm.Digits || !hex.All(char.IsAsciiHexDigit)) problem = $"a checksum with {algorithm.Name} has {algorithm.Digits} hexadecimal digits, and this is '{hex}'";
        else (checksum, problem) = (new ImageChecksum(algorithm.Name, hex.ToLowerInvariant()), "");
        return checksum is not null;
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"{Algorithm.Name!.ToLowerInvariant()}:{Hex}";
}
