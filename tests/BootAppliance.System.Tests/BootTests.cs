using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Matrix;

namespace BootAppliance.Tests;

/// <summary>Real firmware, real iPXE, a real kernel: each machine boots from nothing to its own init, and says with which command line.</summary>
public sealed class BootTests
{
    private const string Mac = "52:54:00:12:34:56";
    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Direct => BootCheck.CasesOver(BootPath.Direct);

    [Theory]
    [MemberData(nameof(Direct))]
    public Task Machine_Boots_AndItsTimelineSaysHow(string name) => BootCheck.BootsAsync(name);

    [Fact]
    public async Task SecureBoot_RunsNothingUnsigned()
    {
        SystemTest.SkipWithout(MachineKinds.SecureBoot.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var machine = await lab.StartMachine(MachineKinds.SecureBoot, Mac);
        await machine.Console.WaitForLine(line => line.Contains("NBP filename is ipxe.efi"), timeToBoot, SystemTest.Cancellation);
        await machine.Console.WaitForLine(line => line.Contains("failed to load Boot") && line.Contains("Access Denied"), timeToBoot, SystemTest.Cancellation);
        machine.Console.Lines.ShouldNotContain(line => line.Contains("iPXE initialising devices"));
    }

    [Fact]
    public async Task Stranger_WaitsOnItsConsole_AndBootsAsSoonAsItIsANode()
    {
        SystemTest.SkipWithout(MachineKinds.BiosRom.FindObstacle());
        await using var lab = await SystemTest.LabAsync("Boot: { UnknownNode: Discover }");
        await lab.AddGuestImages(GuestArchitecture.Amd64, SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);

        await using var machine = await lab.StartMachine(MachineKinds.BiosRom, Mac);
        await machine.Console.WaitForLine(line => line.Contains($"bootappliance node adopt {Mac} NAME"), timeToBoot, SystemTest.Cancellation);
        (await lab.QueryAsync("node", "discovered")).GetProperty("machines")[0].GetProperty("macs")[0].GetString().ShouldBe(Mac);

        await lab.Command(["node", "adopt", Mac, "found"], SystemTest.Cancellation);
        await lab.Command(["node", "set", "found", "--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", "console=ttyS0"], SystemTest.Cancellation);
        await lab.Command(["node", "deploy", "found"], SystemTest.Cancellation);
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
    }
}
