using BootAppliance.Images;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Firmware;

/// <summary>
/// What firmware may load, by TFTP and by HTTP alike: the operator's own files first, then the loaders inside the program, whatever folder they
/// are asked for in.
/// </summary>
internal sealed class LoaderCatalog(ConfinedFolder? own, FirmwareCatalog firmware) : ITftpCatalog
{
    /// <summary>The operator's file of this name; the receiver closes it.</summary>
    public OpenedFile? OpenOwn(string name) => own?.TryOpen(name, out var file) == FolderRefusal.None ? file : null;

    /// <summary>The loader of this name inside the program.</summary>
    public FirmwareFile? FindEmbedded(string name) => firmware.Find(Path.GetFileName(name)) is { Content.IsEmpty: false } loader ? loader : null;

    /// <summary>Whether there is anything under this name.</summary>
    public bool Has(string name)
    {
        using var file = OpenOwn(name)?.Handle;
        return file is not null || FindEmbedded(name) is not null;
    }

    public ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(
        OpenOwn(request.FileName) is { } file ? TftpFile.FromHandle(file.Name, file.Handle)
        : FindEmbedded(request.FileName) is { } loader ? TftpFile.FromMemory(loader.Name, loader.Content)
        : null);
}
