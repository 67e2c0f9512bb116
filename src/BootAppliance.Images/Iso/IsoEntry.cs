namespace BootAppliance.Images.Iso;

/// <summary>A file, folder or symbolic link inside of an image.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Offset">Where its bytes begin in the image.</param>
/// <param name="Length">Size in bytes.</param>
public sealed record IsoEntry(string Name, long Offset, long Length)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Where a symbolic link leads, or null.</summary>
    public string? Target { get; init; }

    /// <summary>Why its bytes cannot be served as they lie there.</summary>
    public IsoRefusal Refusal { get; init; }
}
