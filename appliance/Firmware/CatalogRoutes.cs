using System.Net;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Timeline;

namespace BootAppliance.Firmware;

/// <summary>One place where a file may be: answers with it, or null for "not mine".</summary>
internal interface ICatalogRoute
{
    ServedFile? Find(string path, IPAddress from);
}

/// <summary>The operator's folder. What the operator put there goes before everything of the same name.</summary>
internal sealed class OwnFiles(ConfinedFolder folder) : ICatalogRoute
{
    public ServedFile? Find(string path, IPAddress from) => folder.TryOpen(path, out var file) == FolderRefusal.None ? new ServedFile.OnDisk(file!) : null;
}

/// <summary>A Raspberry Pi asks in a folder named after its serial number; what is not there is shared by all of them, in the folder above.</summary>
internal sealed class RaspberryPiFiles(ConfinedFolder folder) : ICatalogRoute
{
    public ServedFile? Find(string path, IPAddress from) =>
        path.Split('/', 2) is [var serial, var shared] && RaspberryPi.IsFolder(serial) && folder.TryOpen(shared, out var file) == FolderRefusal.None
            ? new ServedFile.OnDisk(file!) : null;
}

/// <summary>What the resolver makes for boot programs that look for it by themselves, at any prefix.</summary>
internal sealed class GeneratedFiles(BootResolver resolver, MachineAddresses addresses) : ICatalogRoute
{
    public ServedFile? Find(string path, IPAddress from) =>
        resolver.Generate(path, addresses.Find(from)) is { } made ? new ServedFile.Generated(made.Name, made.Text) : null;
}

/// <summary>The loaders inside the program, in whatever folder they are asked for: shim asks for GRUB beside itself.</summary>
internal sealed class EmbeddedLoaders(FirmwareCatalog firmware) : ICatalogRoute
{
    public ServedFile? Find(string path, IPAddress from) => firmware.Find(Path.GetFileName(path)) is { Content.IsEmpty: false } loader ? new ServedFile.Embedded(loader) : null;
}
