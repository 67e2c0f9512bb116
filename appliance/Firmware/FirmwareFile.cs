using System.Security.Cryptography;

namespace BootAppliance.Firmware;

/// <summary>A loader that the appliance carries inside itself.</summary>
/// <param name="Name">Its file name, as TFTP and HTTP hand it out.</param>
/// <param name="Architectures">The client architectures (option 93) that get it by default.</param>
/// <param name="Sha256">The sum that the manifest demands, lower-case hexadecimal.</param>
/// <param name="Version">The version of the loader.</param>
/// <param name="Bytes">Its bytes, never to be written to; none when the build had no such file.</param>
public sealed record FirmwareFile(string Name, IReadOnlyList<int> Architectures, string Sha256, string Version, byte[] Bytes)
{
    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Content => Bytes;

    /// <summary>What is wrong with the file, or null.</summary>
    public string? FindProblem()
    {
        if (Content.IsEmpty) return "missing: run firmware/fetch, then build again";
        var sum = Convert.ToHexStringLower(SHA256.HashData(Content.Span));
        return sum == Sha256 ? null : $"damaged: its sum is {sum}, the manifest says {Sha256}";
    }
}
