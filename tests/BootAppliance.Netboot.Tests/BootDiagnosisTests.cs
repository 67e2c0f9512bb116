using BootAppliance.Netboot.Progress;

namespace BootAppliance.Tests;

public sealed class BootDiagnosisTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void LoaderThatNeverRan_IsAnsweredWithCommandsThatThereAre(int idleLoads)
    {
        var causes = BootDiagnosis.After(BootStep.Loader, idleLoads: idleLoads)!.UsualCauses;
        causes[0].ShouldContain("'bootappliance node set NAME --loader shimx64.efi' (arm64: shimaa64.efi)");
        causes[1].ShouldContain("'bootappliance node set NAME --loader snponly.efi'");
        foreach (var text in causes.Append(BootLoop.Advice))
        {
            text.ShouldNotContain("secure_boot");
            text.ShouldNotContain("boot_loader");
        }
    }

    [Fact]
    public void RaspberryPi_IsNotToldOfSecureBoot_WhichItDoesNotHave() =>
        string.Join(' ', BootDiagnosis.After(BootStep.Loader, isPiRom: true)!.UsualCauses).ShouldNotContain("Secure Boot");

    [Fact]
    public void LoopAdvice_NamesACommand() => BootLoop.Advice.ShouldContain("'bootappliance node set NAME --loader snponly.efi'");
}
