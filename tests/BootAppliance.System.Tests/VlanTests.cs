using BootAppliance.Lab;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>A machine behind a switch port that carries its VLAN with the tag only.</summary>
public sealed class VlanTests
{
    private const string Mac = "52:54:00:12:34:56";

    // As UEFI firmware does with what it loaded itself, the emulator hands iPXE its first script.
    private static readonly string loader = Path.Combine(Checkout.Root, "firmware/files/ipxe.lkrn");

    [Fact]
    public async Task Machine_BehindATaggedPort_BootsByTheScriptOfItsNode()
    {
        SystemTest.SkipWithout(MachineKinds.BiosPxe.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await lab.AddGuestImages(GuestArchitecture.Amd64, SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);
        await lab.AddNode("demo", MachineKinds.BiosPxe, Mac, SystemTest.Cancellation);
        await lab.Command(["node", "set", "demo", "--vlan", "5"], SystemTest.Cancellation);
        var stages = (await lab.QueryAsync("boot", "preview", "--node", "demo")).GetProperty("stages").EnumerateArray();
        var script = stages.Single(stage => stage.GetProperty("stage").GetString() == "autoexec").GetProperty("content").GetString();
        var kind = MachineKinds.BiosPxe with
        {
            Firmware = folder =>
            {
                var file = Path.Combine(folder, "autoexec.ipxe");
                File.WriteAllText(file, script);
                return ["-kernel", loader, "-initrd", file];
            },
        };

        await using var wire = await TaggedWire.Lay(lab.Home, lab.Bridge, vlan: 5);
        await using var machine = VirtualMachine.Start(wire.Socket, kind, Mac);

        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), TimeSpan.FromMinutes(5), SystemTest.Cancellation);
        var seen = (await lab.QueryAsync("event", "list", "--mac", Mac)).GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("kind").GetString());
        seen.Where(kind => kind != "image-progress").Distinct().ShouldBe(["dhcp-offer", "dhcp-ack", "catch-all-fetched", "script-served", "image-sent"]);
    }
}
