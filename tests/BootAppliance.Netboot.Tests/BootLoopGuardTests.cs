using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

public sealed class BootLoopGuardTests
{
    private static readonly MacAddress mac = World.Parse(World.Mac);

    private static readonly MacAddress other = World.Parse("52:54:00:12:34:57");
    private static readonly MacAddress stranger = World.Parse("52:54:00:00:00:01");
    private static readonly IPAddress from = IPAddress.Parse("192.0.2.100");

    private readonly World world = new(nodes: World.Demo(ProvisionState.Active));

    private BootLoopGuard Guard => world.Guard;

    [Fact]
    public void ThirdLoadWithinAMinute_IsALoop_ToldOnce()
    {
        Load("ipxe.efi", seconds: 20).ShouldBeNull();
        Load("ipxe.efi", seconds: 20).ShouldBeNull();
        Load("ipxe.efi", seconds: 5)!.Seen.ShouldBe("boot loop: ipxe.efi was loaded 3 times within 40 seconds, and never came as far as a boot script");
        Load("ipxe.efi", seconds: 5).ShouldBeNull();
        Guard.Find(mac).ShouldNotBeNull();
        Guard.Find(World.Parse("52:54:00:12:34:57")).ShouldBeNull();
        Guard.Find(null).ShouldBeNull();
    }

    [Fact]
    public void SlowLoads_OtherLoaders_AndChains_AreNone()
    {
        for (var i = 0; i < 10; i++) Load("ipxe.efi", seconds: 31).ShouldBeNull();
        for (var i = 0; i < 10; i++) Load($"{i}.efi", seconds: 1).ShouldBeNull();
    }

    [Fact]
    public void ShimAndGrub_InTurn_AreALoopOfShim()
    {
        string[] chain = ["shimx64.efi", "grubx64.efi", "shimx64.efi", "grubx64.efi", "shimx64.efi"];
        chain.Select(file => Load(file, seconds: 5)).Last(loop => loop is not null)!.Loader.ShouldBe("shimx64.efi");
    }

    [Theory]
    [InlineData("grubaa64.efi")]
    [InlineData("boot/grubx64.efi")]
    public void Grub_WithoutShimBeforeIt_IsALoaderLikeEveryOther(string grub)
    {
        Load(grub, seconds: 5).ShouldBeNull();
        Load(grub, seconds: 5).ShouldBeNull();
        Load(grub, seconds: 5)!.Loader.ShouldBe(grub);
    }

    [Fact]
    public void AnotherLoader_EndsTheHold()
    {
        Loop();
        Load("snponly.efi", seconds: 1).ShouldBeNull();
        Guard.Find(mac).ShouldBeNull();
        Load("snponly.efi", seconds: 1).ShouldBeNull();
        Load("snponly.efi", seconds: 1)!.Loader.ShouldBe("snponly.efi");
    }

    [Fact]
    public void Grub_BehindAHeldShim_EndsNoHold()
    {
        string[] chain = ["shimx64.efi", "grubx64.efi", "shimx64.efi", "grubx64.efi", "shimx64.efi", "grubx64.efi"];
        foreach (var file in chain) Load(file, seconds: 5);
        Guard.Find(mac)!.Loader.ShouldBe("shimx64.efi");
    }

    [Fact]
    public void RaspberryPi_ReadsItsFilesSeveralTimes()
    {
        for (var i = 0; i < 5; i++) Guard.LoaderSent(World.Parse("b8:27:eb:01:02:03"), "1a2b3c4d/config.txt").ShouldBeNull();
    }

    [Fact]
    public void Memory_IsBounded_AndQuietMachinesMakeRoom()
    {
        for (var i = 0; i < 10_000; i++) Guard.LoaderSent(new MacAddress(0x0200_0000_0000ul + (ulong)i), "ipxe.efi");
        for (var i = 0; i < 4; i++) Load("ipxe.efi", seconds: 1).ShouldBeNull();
        world.Time.Advance(TimeSpan.FromMinutes(11));
        Loop();
    }

    [Fact]
    public void Hold_EndsAfterFiveMinutes_AndANewLoopIsToldAnew()
    {
        Loop();
        world.Time.Advance(TimeSpan.FromMinutes(4.9));
        Guard.Find(mac).ShouldNotBeNull();
        world.Time.Advance(TimeSpan.FromMinutes(0.2));
        Guard.Find(mac).ShouldBeNull();
        Loop();
    }

    [Fact]
    public void Script_EndsTheHold()
    {
        Loop();
        Guard.ScriptReached(mac);
        Guard.Find(mac).ShouldBeNull();
        Load("ipxe.efi", seconds: 1).ShouldBeNull();
    }

    [Fact]
    public void HeldMachine_ReadsTheDiagnosis_InEveryText()
    {
        Loop();
        string?[] texts =
        [
            world.Resolver.CatchAll(mac),
            world.Resolver.Generate("autoexec.ipxe", mac)?.Text,
            world.Resolver.Generate("grub/grub.cfg", mac)?.Text,
            world.Resolver.BootConfig(mac, "boot.ipxe").Text,
            world.Resolver.BootConfig(mac, "grub.cfg").Text,
            world.Resolver.Fallback([mac]).Text,
            world.Resolver.GrubConfig(mac).Text,
        ];
        texts.ShouldAllBe(text => text!.Contains("boot loop: ipxe.efi was loaded 3 times") && text.Contains("sleep 300"));
        world.Resolver.CatchAll(World.Parse("52:54:00:00:00:01")).ShouldNotContain("boot loop");
        world.Resolver.BootConfig(World.Parse("52:54:00:00:00:01"), "boot.ipxe").Text.ShouldBeNull();
        world.Resolver.BootsNow(world.Nodes.FindByMac(mac)!, looksAtImages: true).ShouldNotContain("boot loop");
    }

    [Fact]
    public void HeldNode_WithoutAScript_StillGetsNone()
    {
        var idle = new World(nodes: World.Demo(ProvisionState.Available));
        for (var i = 0; i < 3; i++) idle.Guard.LoaderSent(mac, "ipxe.efi");
        idle.Guard.Find(mac).ShouldNotBeNull();
        idle.Resolver.BootConfig(mac, "boot.ipxe").Text.ShouldBeNull();
    }

    [Fact]
    public void Timeline_ToldOfALoop_IsTrouble_AndTheDiagnosisIsNoSuccess()
    {
        var timeline = Timeline(mac);
        for (var i = 0; i < 3; i++) timeline.LoaderSent(from, "ipxe.efi", 1000, TimeSpan.FromSeconds(1), complete: true);
        timeline.ScriptAnswered(from, mac, world.Resolver.BootConfig(mac, "boot.ipxe"));
        timeline.FallbackServed(from, [mac], world.Resolver.Fallback([mac]));
        var kinds = world.Events.Query(EventQuery.ForMac(mac)).Select(seen => seen.Kind).ToList();
        kinds.ShouldBe([MachineEventKind.LoaderSent, MachineEventKind.LoaderSent, MachineEventKind.LoaderSent, MachineEventKind.BootLoop, MachineEventKind.BootLoop, MachineEventKind.BootLoop]);
        Guard.Find(mac).ShouldNotBeNull();
        BootProgress.Read(world.Events.Query(EventQuery.ForMac(mac)), world.Time.GetUtcNow()).Summary.ShouldContain("was told on its console");

        world.Time.Advance(TimeSpan.FromMinutes(6));
        timeline.ScriptAnswered(from, mac, world.Resolver.BootConfig(mac, "boot.ipxe"));
        world.Events.Query(EventQuery.ForMac(mac))[^1].Kind.ShouldBe(MachineEventKind.ScriptServed);
    }

    public static TheoryData<Action<BootTimeline, BootResolver>> SignsOfABoot => new()
    {
        (timeline, resolver) => timeline.ScriptAnswered(from, other, resolver.BootConfig(other, "boot.ipxe")),
        (timeline, resolver) => timeline.FallbackServed(from, [other, stranger], resolver.Fallback([other])),
        (timeline, resolver) => timeline.FallbackServed(IPAddress.Parse("198.18.0.9"), [other, mac], resolver.Fallback([other])),
        (timeline, _) => timeline.ImageSent(from, "vmlinuz", 8_000_000, TimeSpan.FromSeconds(1), complete: true),
    };

    [Theory]
    [MemberData(nameof(SignsOfABoot))]
    public void Boot_ByAnotherNic_OrByTheOperatorsScript_ClearsTheCountOfTheNicThatDidPxe(Action<BootTimeline, BootResolver> sign)
    {
        var timeline = Timeline(mac);
        Load("ipxe.efi", seconds: 5).ShouldBeNull();
        Load("ipxe.efi", seconds: 5).ShouldBeNull();
        sign(timeline, world.Resolver);
        Load("ipxe.efi", seconds: 5).ShouldBeNull();
    }

    [Fact]
    public void Image_ThatBrokeOff_ClearsNothing()
    {
        Loop();
        Timeline(mac).ImageSent(from, "vmlinuz", 10, TimeSpan.FromSeconds(1), complete: false);
        Guard.Find(mac).ShouldNotBeNull();
    }

    private BootTimeline Timeline(MacAddress machine)
    {
        var addresses = new MachineAddresses(new LeaseTable([], new NoLeases(), world.Time, []));
        addresses.Learn(from, machine);
        return new BootTimeline(world.Events, world.Nodes, addresses, Guard, world.Time, NullLogger<BootTimeline>.Instance);
    }

    private void Loop()
    {
        Load("ipxe.efi", seconds: 1);
        Load("ipxe.efi", seconds: 1);
        Load("ipxe.efi", seconds: 1).ShouldNotBeNull();
    }

    private BootLoop? Load(string file, int seconds)
    {
        var loop = Guard.LoaderSent(mac, file);
        world.Time.Advance(TimeSpan.FromSeconds(seconds));
        return loop;
    }

    private sealed class NoLeases : ILeaseStore
    {
        public IReadOnlyList<Lease> LoadLeases() => [];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress lease) => Task.CompletedTask;
    }
}
