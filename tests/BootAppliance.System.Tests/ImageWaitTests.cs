using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;

namespace BootAppliance.Tests;

/// <summary>Machines whose kernel is on a server that is down: what their console says, and that they boot as soon as it is up.</summary>
public sealed class ImageWaitTests
{
    private const string Mac = "52:54:00:12:34:56";
    private const string Source = "http://127.0.0.1:8089";

    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("rom")]
    [InlineData("secure")]
    public async Task Machine_WaitsForItsKernel_AndBootsWhenItsSourceIsBack(string machineKind)
    {
        var kind = MachineKinds.Named(machineKind).ShouldNotBeNull();
        SystemTest.SkipWithout(kind.FindObstacle());
        SystemTest.SkipWithout("python3", "python3");
        await using var lab = await SystemTest.LabAsync();
        var folder = Directory.CreateDirectory(Path.Combine(lab.Home.Folder, "guest")).FullName;
        var guest = await GuestImages.Prepare(folder, GuestArchitecture.Amd64, SystemTest.Cancellation);
        await lab.StartAppliance(
            SystemTest.Cancellation,
            $"--Boot:DeployKernel={Source}/{Path.GetFileName(guest.Kernel)}", $"--Boot:DeployRamdisk={Source}/{Path.GetFileName(guest.Initrd)}", "--Boot:KernelAppendParams=console=ttyS0");
        await lab.Command(["node", "add", "metal", "--mac", Mac, .. kind.NodeArguments], SystemTest.Cancellation);
        await lab.Command(["node", "manage", "metal"], SystemTest.Cancellation);
        await lab.Command(["node", "inspect", "metal", "--no-wait"], SystemTest.Cancellation);

        await using var machine = await lab.StartMachine(kind, Mac);
        await machine.Console.WaitForLine(line => line.Contains("node metal cannot boot its inspect kernel now"), timeToBoot, SystemTest.Cancellation);
        await machine.Console.WaitForLine(line => line.Contains("looking again in 10 seconds"), timeToBoot, SystemTest.Cancellation);
        await using var source = lab.Home.Start(["python3", "-m", "http.server", "8089", "--bind", "127.0.0.1", "--directory", folder], "the source");
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
        var seen = (await lab.QueryAsync("event", "list", "--mac", Mac)).GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("kind").GetString()).ToList();
        seen.ShouldContain("image-unavailable");
        seen.ShouldContain("image-sent");
        seen.ShouldNotContain("local-boot");
    }
}
