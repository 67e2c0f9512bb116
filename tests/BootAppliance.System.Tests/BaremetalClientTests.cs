using BootAppliance.Lab;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;

namespace BootAppliance.Tests;

/// <summary>A machine that is taken through its life with OpenStack's own command line alone.</summary>
public sealed class BaremetalClientTests
{
    private const string Mac = "52:54:00:12:34:56";
    private const string Node = "metal";

    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Machine_LivesOnTheNetwork_UntilItsInstanceIsTakenAway()
    {
        SystemTest.SkipWithout("baremetal", "python3-ironicclient");
        SystemTest.SkipWithout(MachineKinds.BiosRom.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await lab.AddGuestImages(GuestArchitecture.Amd64, SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);
        var disk = LocalDisk.Write(Path.Combine(lab.Home.Folder, "disk"));

        var uuid = await BaremetalAsync(lab, "node", "create", "--driver", "manual-management", "--name", Node, "-f", "value", "-c", "uuid");
        await BaremetalAsync(lab, "port", "create", Mac, "--node", uuid);
        (await StateAsync(lab)).ShouldBe("enroll");
        await BaremetalAsync(lab, "node", "manage", Node, "--wait", "60");
        await BaremetalAsync(lab, "node", "provide", Node, "--wait", "60");
        await BaremetalAsync(lab, "node", "set", Node, "--instance-info", "kernel=vmlinuz", "--instance-info", "ramdisk=initrd.img",
            "--instance-info", $"kernel_append_params=console={MachineKinds.BiosRom.Guest.Console} {BootLab.NodeArgument(Node)}");
        await BaremetalAsync(lab, "node", "deploy", Node, "--wait", "60");
        (await StateAsync(lab)).ShouldBe("active");

        await using (var machine = await lab.StartMachine(MachineKinds.BiosRom, Mac, disk))
        {
            await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
            await machine.Console.WaitForLine(line => line.Contains(BootLab.NodeArgument(Node)), timeToBoot, SystemTest.Cancellation);
            machine.Console.Lines.ShouldNotContain(line => line.Contains(LocalDisk.Line));
        }

        await BaremetalAsync(lab, "node", "undeploy", Node, "--wait", "60");
        (await StateAsync(lab)).ShouldBe("available");
        await using var next = await lab.StartMachine(MachineKinds.BiosRom, Mac, disk);
        await next.Console.WaitForLine(line => line.Contains(LocalDisk.Line), timeToBoot, SystemTest.Cancellation);
        next.Console.Lines.ShouldNotContain(line => line.Contains(GuestImages.UpLine));
        var seen = (await lab.QueryAsync("event", "list", "--node", Node)).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("kind").GetString()).ToList();
        seen.IndexOf("local-boot").ShouldBeGreaterThan(seen.LastIndexOf("script-served"));
    }

    private static Task<string> StateAsync(BootLab lab) => BaremetalAsync(lab, "node", "show", Node, "-f", "value", "-c", "provision_state");

    private static async Task<string> BaremetalAsync(BootLab lab, params string[] command) => (await lab.Home.Run(
        ["env", "HOME=" + lab.Home.Folder, "OS_AUTH_TYPE=none", "OS_ENDPOINT=http://127.0.0.1:6385", "baremetal", "--max-retries", "0", .. command])).Trim();
}
