using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class LastSeenTests
{
    private readonly World world = new(nodes: World.Demo(ProvisionState.InspectWait));

    [Fact]
    public void LastSeen_TellsHowFarTheMachineCame_AndWhatUsuallyStopsItThere()
    {
        world.Events.Append(new MachineEvent { Kind = MachineEventKind.LoaderSent, Text = "snponly.efi was sent.", Mac = World.Parse(World.Mac), File = "snponly.efi" });

        var text = LastSeen(world.Time.GetUtcNow())!;

        text.ShouldStartWith($"snponly.efi was sent ({world.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC). What did not come is iPXE's own DHCPDISCOVER");
        text.ShouldContain("; the usual cause: Secure Boot refused the loader");
    }

    [Fact]
    public void LastSeen_IsNothing_WhereTheMachineWasSeenBeforeOnly()
    {
        world.Events.Append(new MachineEvent { Kind = MachineEventKind.LoaderSent, Text = "snponly.efi was sent", Mac = World.Parse(World.Mac) });
        world.Time.Advance(TimeSpan.FromMinutes(1));

        LastSeen(world.Time.GetUtcNow()).ShouldBeNull();
    }

    private string? LastSeen(DateTimeOffset since) => ((ILastSeen)new LastSeen(world.Events, world.Time)).LastSeen(world.Nodes.FindByMac(World.Parse(World.Mac))!, since);
}
