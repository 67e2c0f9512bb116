using System.Net;
using BootAppliance.Firmware;
using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class LoaderCatalogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bootappliance-catalog-").FullName;
    private readonly LoaderCatalog catalog;

    public LoaderCatalogTests()
    {
        var own = new ConfinedFolder(folder);
        catalog = new LoaderCatalog(new OwnFiles(own), new RaspberryPiFiles(own), new EmbeddedLoaders(FirmwareCatalog.Load()));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("1a2b3c4d/start4.elf", "start4.elf")]
    [InlineData("1a2b3c4d/overlays/x.dtbo", "overlays/x.dtbo")]
    [InlineData("1a2b3c4d/config.txt", "1a2b3c4d/config.txt")]
    [InlineData("bootcode.bin", "bootcode.bin")]
    [InlineData("1a2b3c4/start4.elf", null)]
    [InlineData("1a2b3c4d/1a2b3c4d/start4.elf", null)]
    public void RaspberryPi_GetsItsOwnFile_OrTheSharedOne(string asked, string? found)
    {
        string[] files = ["start4.elf", "overlays/x.dtbo", "config.txt", "1a2b3c4d/config.txt", "bootcode.bin"];
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), file);
        }

        Name(asked).ShouldBe(found);
    }

    [Theory]
    [InlineData("shimx64.efi")]
    [InlineData("EFI\\debian\\SHIMX64.EFI")]
    [InlineData("a/b/c/shimx64.efi")]
    public void Embedded_IsInEveryFolder(string asked) => Name(asked).ShouldBe("shimx64.efi");

    [Fact]
    public void OwnFile_GoesFirst()
    {
        File.WriteAllText(Path.Combine(folder, "ipxe.efi"), "mine");
        catalog.Find("ipxe.efi", IPAddress.Loopback).ShouldBeOfType<ServedFile.OnDisk>().File.Handle.Dispose();
    }

    private string? Name(string asked)
    {
        var file = catalog.Find(asked, IPAddress.Loopback);
        if (file is ServedFile.OnDisk disk) disk.File.Handle.Dispose();
        return file?.Name;
    }
}
