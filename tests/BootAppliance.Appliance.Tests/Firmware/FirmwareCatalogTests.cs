using BootAppliance.Dhcp.Wire;
using BootAppliance.Firmware;
using BootAppliance.Netboot.Loaders;

namespace BootAppliance.Tests;

public sealed class FirmwareCatalogTests
{
    private static readonly FirmwareCatalog catalog = FirmwareCatalog.Load();

    [Fact]
    public void EveryArchitecture_ThatTheSelectorAnswers_HasItsFileInTheManifest()
    {
        foreach (var (architecture, loader) in LoaderTable.All)
            catalog.Find(loader).ShouldNotBeNull($"{loader} for {architecture}").Architectures.ShouldContain((int)architecture);
    }

    [Fact]
    public void EveryArchitecture_OfTheManifest_IsAnsweredWithThatFile()
    {
        var manifest = catalog.Files.SelectMany(file => file.Architectures.Select(architecture => (architecture, file.Name)));
        manifest.Order().ShouldBe(LoaderTable.All.Select(row => ((int)row.Key, row.Value)).Order());
    }

    [Theory]
    [InlineData(ClientArchitecture.X64Uefi, "grubx64.efi", "mmx64.efi")]
    [InlineData(ClientArchitecture.Arm64UefiHttp, "grubaa64.efi", "mmaa64.efi")]
    public void SignedChain_IsWhole(ClientArchitecture architecture, string grub, string manager)
    {
        catalog.Find(LoaderTable.ForSecureBoot(architecture)!).ShouldNotBeNull();
        catalog.Find(grub).ShouldNotBeNull();
        catalog.Find(manager).ShouldNotBeNull();
        LoaderTable.IsSecondStage("EFI/" + grub).ShouldBeTrue();
    }

    [Fact]
    public void EveryFile_IsInTheProgram_WithTheRightSum() =>
        catalog.Files.Select(file => (file.Name, Problem: file.FindProblem())).ShouldAllBe(file => file.Problem == null);

    [Fact]
    public void FindProblem_SeesDamage()
    {
        var file = catalog.Files[0];
        var damaged = file.Content.ToArray();
        damaged[100] ^= 1;
        (file with { Bytes = damaged }).FindProblem()!.ShouldStartWith("damaged");
        (file with { Bytes = [] }).FindProblem()!.ShouldStartWith("missing");
    }

    [Fact]
    public void Find_IgnoresCase() => catalog.Find("UNDIONLY.KPXE").ShouldBeSameAs(catalog.Find("undionly.kpxe"));
}
