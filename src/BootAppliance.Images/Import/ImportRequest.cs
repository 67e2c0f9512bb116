using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Images.Import;

/// <summary>What is to be imported.</summary>
/// <param name="Name">The path below <c>Http:Root</c> that it gets, with forward slashes.</param>
/// <param name="Source">From where the appliance fetches it; null: it is sent here.</param>
/// <param name="Checksum">What it must add up to; null: whatever comes is taken.</param>
public sealed record ImportRequest(string Name, ImageReference? Source, ImageChecksum? Checksum)
{
    /// <summary>Size in bytes of an image that is sent here.</summary>
    public long? Length { get; init; }

    /// <summary>What tells one version of a file that is sent from another, such as its size and the time when it was written.</summary>
    public string? Version { get; init; }

    /// <summary>What a begun import is taken up again by. It is kept on the disk, and the URL of a source may be signed, so that whoever reads it may fetch what it names.</summary>
    internal string Origin => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Source?.ToString() ?? $"sent:{Version}")));
}
