namespace BootAppliance.Images.Iso;

/// <summary>Why an ISO image, or a file in it, cannot be read.</summary>
public enum IsoRefusal
{
    /// <summary>It can be read.</summary>
    None,

    /// <summary>The file is no ISO 9660 image.</summary>
    NotAnIso,

    /// <summary>Its files are in UDF, which is not read here.</summary>
    OnlyUdf,

    /// <summary>A part of it points beyond its end, as when it was not copied to the end, or makes no sense.</summary>
    Damaged,

    /// <summary>There is no such file in the image.</summary>
    NotFound,

    /// <summary>The name is that of a folder.</summary>
    IsFolder,

    /// <summary>The file lies in several places of the image, so it cannot be served as it lies there.</summary>
    InPieces,

    /// <summary>The file is compressed inside of the image (zisofs), so it cannot be served as it lies there.</summary>
    Compressed,
}
