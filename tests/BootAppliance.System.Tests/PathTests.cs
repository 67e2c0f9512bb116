using BootAppliance.Lab.Matrix;

namespace BootAppliance.Tests;

/// <summary>The way between machine and appliance is not always one good cable.</summary>
public sealed class PathTests
{
    public static TheoryData<string> Detours => BootCheck.CasesOver(BootPath.LossyWire, BootPath.Relay);

    [Theory]
    [MemberData(nameof(Detours))]
    public Task Machine_Boots_OverABadWireAndThroughARelay(string name) => BootCheck.BootsAsync(name);
}
