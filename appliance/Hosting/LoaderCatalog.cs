using BootAppliance.Firmware;
using BootAppliance.Images;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Hosting;

/// <summary>What TFTP hands out: the operator's own files first, then the loaders inside the program, whatever folder they are asked for in.</summary>
internal sealed class LoaderCatalog(ConfinedFolder? own, FirmwareCatalog firmware) : ITftpCatalog
{
    public ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OwnFile(request.FileName) ?? Loader(request.FileName));

    private TftpFile? OwnFile(string name) =>
        own?.TryOpen(name, out var file) == FolderRefusal.None ? TftpFile.FromHandle(file!.Name, file.Handle) : null;

    private TftpFile? Loader(string name) =>
        firmware.Find(Path.GetFileName(name)) is { Content.IsEmpty: false } loader ? TftpFile.FromMemory(loader.Name, loader.Content) : null;
}
