using BootAppliance.Lab.Matrix;

namespace BootAppliance.Tests;

/// <summary>Proxy mode: addresses come from a server that knows nothing of booting, the boot file comes from the appliance.</summary>
public sealed class ProxyBootTests
{
    public static TheoryData<string> BesideOthers => BootCheck.CasesOver(BootPath.BesideDnsmasq, BootPath.BesideKea);

    [Theory]
    [MemberData(nameof(BesideOthers))]
    public Task Machine_Boots_BesideAnotherServer(string name) => BootCheck.BootsAsync(name);
}
