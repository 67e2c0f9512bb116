using BootAppliance.Images;

namespace BootAppliance.Firmware;

/// <summary>What a boot program gets under a name.</summary>
/// <param name="Name">What it is called in the timeline.</param>
internal abstract record ServedFile(string Name)
{
    /// <summary>A file of the operator's, opened; the receiver closes it.</summary>
    public sealed record OnDisk(OpenedFile File) : ServedFile(File.Name);

    /// <summary>A loader from inside the program.</summary>
    public sealed record Embedded(FirmwareFile Loader) : ServedFile(Loader.Name);

    /// <summary>A text made for this request.</summary>
    public sealed record Generated(string Name, string Text) : ServedFile(Name);
}
