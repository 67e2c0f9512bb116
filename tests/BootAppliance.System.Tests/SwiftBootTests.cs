using System.Net;
using BootAppliance.Lab;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Services;

namespace BootAppliance.Tests;

/// <summary>Machines that fetch their kernel and initrd from a real Swift.</summary>
public sealed class SwiftBootTests
{
    private const string Mac = "52:54:00:12:34:56";
    private const string Node = "metal";
    private const string Key = "key of the account";
    private const string Address = "192.0.2.2";
    private const string Kernel = "swift://images/agent%201/vmlinuz", Initrd = "swift://images/agent%201/initrd.img", InitrdByS3 = "s3://images/agent%201/initrd.img";

    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("rom", Initrd, "/v1/AUTH_test/images/")]
    [InlineData("uefi", InitrdByS3, "/images/")]
    public async Task Agent_BootsStraightFromSwift_WithTheApplianceGone(string machineKind, string initrd, string path)
    {
        var kind = MachineKinds.Named(machineKind).ShouldNotBeNull();
        await using var lab = await LabAsync(kind);
        await using var swift = await SwiftAsync(lab);
        await StartAsync(lab, swift, initrd);
        await InspectAsync(lab);

        await using var machine = await lab.StartMachine(kind, Mac);
        // The appliance says that it has the script before that is sent; the machine shows what it fetches once it has it.
        await machine.Console.WaitForLine(line => line.Contains($"http://{Address}:"), timeToBoot, SystemTest.Cancellation);
        await lab.Appliance!.Process.Signal("KILL");
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.CommandLinePrefix) && line.Contains("ipa-inspection-callback-url"), timeToBoot, SystemTest.Cancellation);
        machine.Console.Lines.ShouldContain(line => line.Contains($"{swift.Endpoint.GetLeftPart(UriPartial.Authority)}{path}agent%201/initrd.img"));
        Directory.EnumerateFileSystemEntries(lab.Settings.HttpRoot).ShouldBeEmpty();
    }

    [Fact]
    public async Task Machine_WhoseUrlIsOver_GetsAFreshScript()
    {
        var duration = TimeSpan.FromSeconds(5);
        await using var lab = await LabAsync(MachineKinds.BiosRom);
        await using var swift = await SwiftAsync(lab);
        await StartAsync(lab, swift, Initrd, $"--Swift:TempUrlDuration={duration:c}");
        await InspectAsync(lab);
        await using var machine = await lab.StartMachine(MachineKinds.BiosRom, Mac);
        await lab.Appliance!.Process.Output.WaitForLine(line => line.Contains("boots http://192.0.2.1/boot.ipxe"), timeToBoot, SystemTest.Cancellation);
        // From now on, for ten seconds, the appliance knows that the images are there, and signs without asking Swift.
        await lab.Home.Run("curl", "-sf", "-o", "/dev/null", $"http://192.0.2.1/v1/boot/{Mac}/boot.ipxe");
        await swift.Freeze();
        await lab.Appliance.Process.Output.WaitForLine(line => line.Contains("192.0.2.100: got its script"), timeToBoot, SystemTest.Cancellation);
        // It asks for its kernel now; by the time that Swift looks at the question, the URL is over.
        await Task.Delay(duration + TimeSpan.FromSeconds(1), SystemTest.Cancellation);
        await swift.Resume();
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
        machine.Console.Lines.ShouldContain(line => line.Contains("that did not work, attempt 1 of"));
        lab.Appliance.Process.Output.Lines.Count(line => line.Contains("192.0.2.100: got its script")).ShouldBe(2);
    }

    [Fact]
    public async Task Instance_RestartsFromTheCache_WithSwiftGone()
    {
        await using var lab = await LabAsync(MachineKinds.BiosRom);
        await using var swift = await SwiftAsync(lab);
        await StartAsync(lab, swift, Initrd);
        await lab.Command(["node", "add", Node, "--mac", Mac, "--kernel", Kernel, "--initrd", Initrd, "--args", "console=ttyS0", "--deploy"], SystemTest.Cancellation);

        await using (var machine = await lab.StartMachine(MachineKinds.BiosRom, Mac))
            await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
        await swift.DisposeAsync();

        await using var again = await lab.StartMachine(MachineKinds.BiosRom, Mac);
        await again.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
        again.Console.Lines.ShouldNotContain(line => line.Contains($"http://{Address}:"));
    }

    private static async Task<BootLab> LabAsync(MachineKind kind)
    {
        SystemTest.SkipWithout(kind.FindObstacle() ?? SwiftService.FindObstacle() ?? MissingPackage.Find("curl", "curl"));
        return await SystemTest.LabAsync();
    }

    /// <summary>A Swift at an address of its own on the machines' network, with the guest's images in it.</summary>
    private static async Task<SwiftService> SwiftAsync(BootLab lab)
    {
        await lab.Home.Run("ip", "address", "add", $"{Address}/24", "dev", lab.Bridge.Name);
        var swift = await SwiftService.Start(ServiceHome.In(lab.Home, IPAddress.Parse(Address)), SystemTest.Cancellation);
        var account = await swift.LogIn("test", SystemTest.Cancellation);
        await account.SetKeys(Key, "", SystemTest.Cancellation);
        await account.MakeContainer("images", "", SystemTest.Cancellation);
        var folder = Directory.CreateDirectory(Path.Combine(lab.Home.Folder, "guest")).FullName;
        var guest = await GuestImages.Prepare(folder, GuestArchitecture.Amd64, SystemTest.Cancellation);
        await account.Put("images", "agent 1/vmlinuz", await File.ReadAllBytesAsync(guest.Kernel, SystemTest.Cancellation), SystemTest.Cancellation);
        await account.Put("images", "agent 1/initrd.img", await File.ReadAllBytesAsync(guest.Initrd, SystemTest.Cancellation), SystemTest.Cancellation);
        return swift;
    }

    private static async Task StartAsync(BootLab lab, SwiftService swift, string initrd, params string[] more) => await lab.StartAppliance(
        SystemTest.Cancellation,
        [
            "--Images:UseSwift=true", $"--Swift:Endpoint={swift.Endpoint}", "--Swift:Account=AUTH_test", $"--Swift:TempUrlKey={Key}", "--Swift:TempUrlIpRange=true",
            "--S3:Delivery=Direct", $"--S3:Endpoint={swift.Endpoint}", $"--S3:Region={SwiftService.Region}", $"--S3:AccessKey=test:{SwiftService.User}", $"--S3:SecretKey={SwiftService.Password}",
            $"--Boot:DeployKernel={Kernel}", $"--Boot:DeployRamdisk={initrd}", "--Boot:KernelAppendParams=console=ttyS0", .. more,
        ]);

    /// <summary>A node that waits for its agent.</summary>
    private static async Task InspectAsync(BootLab lab)
    {
        await lab.Command(["node", "add", Node, "--mac", Mac], SystemTest.Cancellation);
        await lab.Command(["node", "manage", Node], SystemTest.Cancellation);
        await lab.Command(["node", "inspect", Node, "--no-wait"], SystemTest.Cancellation);
    }
}
