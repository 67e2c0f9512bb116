using System.Text.Json;
using BootAppliance.Lab;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>A medium that is imported, and machines that boot straight out of it.</summary>
public sealed class IsoBootTests
{
    private const string Mac = "52:54:00:12:34:56";

    /// <summary>The guest's kernel and initrd lie where a Debian live medium has them, so the command that the import proposes boots it.</summary>
    [Fact]
    public async Task Machine_Boots_OutOfAnIsoThatWasImported()
    {
        var kind = MachineKinds.BiosRom;
        SystemTest.SkipWithout(kind.FindObstacle());
        SystemTest.SkipWithout("xorriso", "xorriso");
        await using var lab = await SystemTest.LabAsync();
        var tree = Path.Combine(lab.Home.Folder, "medium");
        await GuestImages.Prepare(Directory.CreateDirectory(Path.Combine(tree, "live")).FullName, kind.Guest, SystemTest.Cancellation);
        var iso = Path.Combine(lab.Home.Folder, "guest.iso");
        await ChildProcess.Run(["xorriso", "-as", "mkisofs", "-quiet", "-J", "-o", iso, tree], SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);

        var image = (await lab.QueryAsync("image", "import", iso)).GetProperty("image");
        image.GetProperty("format").GetString().ShouldBe("ISO 9660");
        var found = image.GetProperty("kernels").EnumerateArray().ShouldHaveSingleItem();
        found.GetProperty("system").GetString().ShouldBe("Debian live");
        found.GetProperty("signatures").EnumerateArray().ShouldAllBe(signature => signature.GetProperty("is_intact").GetBoolean());
        await lab.Command(
            [
                "node", "add", "demo", "--mac", Mac, "--kernel", Text(found, "kernel"), "--initrd", .. found.GetProperty("initrds").EnumerateArray().Select(initrd => initrd.GetString()!),
                "--args", $"{Text(found, "args")} console={kind.Guest.Console}", "--deploy",
            ],
            SystemTest.Cancellation);

        await using var machine = await lab.StartMachine(kind, Mac);
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine, StringComparison.Ordinal), TimeSpan.FromMinutes(5), SystemTest.Cancellation);
        await machine.Console.WaitForLine(
            line => line.Contains("fetch=http://192.0.2.1/images/guest.iso/live/filesystem.squashfs", StringComparison.Ordinal), TimeSpan.FromSeconds(30), SystemTest.Cancellation);
        var sent = (await lab.QueryAsync("event", "list", "--mac", Mac)).GetProperty("events").EnumerateArray()
            .Where(happened => happened.GetProperty("kind").GetString() == "image-sent").Select(happened => happened.GetProperty("text").GetString()!);
        sent.Count(text => text.Contains("guest.iso/live/", StringComparison.Ordinal)).ShouldBe(2);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
