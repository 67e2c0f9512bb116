using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>The other of two like loaders, for machines that come no further with the usual one.</summary>
public sealed class LoaderTrialTests
{
    private const string Seen = "ipxe.efi was loaded 2 times and never came as far as the catch-all script";

    private static readonly MacAddress mac = World.Parse(World.Mac);
    private static readonly IPAddress address = IPAddress.Parse("192.0.2.100");
    private static readonly DhcpClient firmware = World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);

    [Theory]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi, "snponly.efi")]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.EfiByteCode, "snponly.efi")]
    [InlineData(BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/snponly.efi")]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi, "ipxe-arm64.efi")]
    [InlineData(BootClientKind.BiosPxe, ClientArchitecture.X86Bios, "undionly.kpxe")]
    public void OtherLoader_IsOffered_AfterTwoLoadsWithoutAScript(BootClientKind kind, ClientArchitecture architecture, string file)
    {
        var world = new World();
        var timeline = Timeline(world);
        Load(timeline, "ipxe.efi");
        FileFor(world, firmware).ShouldBe("ipxe.efi");
        Load(timeline, "ipxe.efi");
        FileFor(world, World.Client(kind, architecture)).ShouldBe(file);
        FileFor(world, World.Client("52:54:00:00:00:07", BootClientKind.UefiPxe, ClientArchitecture.X64Uefi)).ShouldBe("ipxe.efi");
    }

    [Fact]
    public void Trial_IsSaid_WhereverTheLoaderIsNamed()
    {
        var world = new World();
        var timeline = Timeline(world);
        Load(timeline, "ipxe.efi", "ipxe.efi");
        world.Resolver.Loaders.Select(firmware).Why.ShouldBe($"UEFI x64 PXE loads snponly.efi by TFTP, since {Seen}");
        timeline.Answered(new DhcpExchange(firmware, DhcpMessageType.Discover, DhcpMessageType.Offer, 1, address, "snponly.efi", TimeSpan.FromMinutes(5), "eth1", world.Time.GetUtcNow()));
        world.Events.Query(EventQuery.ForMac(mac))[^1].Text.ShouldBe($"offered 192.0.2.100 to UEFI x64 PXE: snponly.efi ({Seen})");
    }

    [Fact]
    public void LoaderThatRan_IsNotCounted()
    {
        var world = new World();
        var timeline = Timeline(world);
        for (var boot = 0; boot < 5; boot++)
        {
            Load(timeline, "ipxe.efi");
            timeline.CatchAllFetched(address);
        }

        FileFor(world, firmware).ShouldBe("ipxe.efi");
    }

    [Fact]
    public void Autoexec_IsNoSign_SinceTheFirmwareLoadsIt()
    {
        var world = new World();
        var timeline = Timeline(world);
        for (var boot = 0; boot < 2; boot++)
        {
            Load(timeline, "ipxe.efi");
            timeline.Fetched(address, "autoexec.ipxe");
        }

        FileFor(world, firmware).ShouldBe("snponly.efi");
    }

    [Fact]
    public void OtherLoader_StaysTheChoice_WhenItRuns()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active));
        var timeline = Timeline(world);
        Load(timeline, "ipxe.efi", "ipxe.efi", "snponly.efi");
        timeline.CatchAllFetched(address);
        timeline.ScriptAnswered(address, mac, world.Resolver.BootConfig(mac, "boot.ipxe"));
        FileFor(world, firmware).ShouldBe("snponly.efi");
        Load(timeline, "snponly.efi");
        FileFor(world, firmware).ShouldBe("snponly.efi");
    }

    [Fact]
    public void UsualLoader_ComesBack_WhenNeitherRuns_AndItsLoopIsFound()
    {
        var world = new World();
        var timeline = Timeline(world);
        Load(timeline, "ipxe.efi", "ipxe.efi", "snponly.efi", "snponly.efi");
        FileFor(world, firmware).ShouldBe("ipxe.efi");
        Load(timeline, "ipxe.efi", "ipxe.efi", "ipxe.efi");
        FileFor(world, firmware).ShouldBe("ipxe.efi");
        world.Guard.Find(mac)!.Loader.ShouldBe("ipxe.efi");
    }

    [Fact]
    public void UsualLoader_ThatRunsAgain_EndsTheMatter()
    {
        var world = new World();
        var timeline = Timeline(world);
        Load(timeline, "ipxe.efi", "ipxe.efi", "ipxe.efi");
        timeline.CatchAllFetched(address);
        FileFor(world, firmware).ShouldBe("ipxe.efi");
    }

    [Theory]
    [InlineData(true, false, "ipxe.efi")]
    [InlineData(false, true, "ipxe.efi")]
    [InlineData(false, false, "snponly.efi")]
    public void LoaderThatSomebodyNamed_IsNotReplaced(bool byNode, bool bySettings, string file)
    {
        var node = World.Demo(ProvisionState.Active);
        if (byNode) node = node with { DriverInfo = JsonFields.Parse("""{"boot_loader": "ipxe.efi"}""") };
        var policy = new BootPolicy { Address = IPAddress.Parse("192.0.2.1") };
        if (bySettings) policy = policy with { Loaders = policy.Loaders.Add(ClientArchitecture.X64Uefi, "ipxe.efi") };
        var world = new World(policy, node);
        Load(Timeline(world), "ipxe.efi", "ipxe.efi");
        FileFor(world, firmware).ShouldBe(file);
    }

    [Fact]
    public void Memory_IsBounded()
    {
        var trials = new World().Guard.Trials;
        for (var i = 0; i < 10_001; i++) trials.LoaderSent(new MacAddress(0x0200_0000_0000ul + (ulong)i), "ipxe.efi");
        trials.LoaderSent(new MacAddress(0x0200_0000_0000ul), "ipxe.efi");
        trials.Find(new MacAddress(0x0200_0000_0000ul)).ShouldBeNull();
    }

    private static string FileFor(World world, DhcpClient client) => world.Resolver.Loaders.Choose(client, IPAddress.Parse("192.0.2.1"))!.BootFile;

    private static void Load(BootTimeline timeline, params string[] files)
    {
        foreach (var file in files) timeline.LoaderSent(address, file, 1000, TimeSpan.FromSeconds(1), complete: true);
    }

    private static BootTimeline Timeline(World world)
    {
        var addresses = new MachineAddresses(new LeaseTable([], new NoLeases(), world.Time, []));
        addresses.Learn(address, mac);
        return new BootTimeline(world.Events, world.Nodes, addresses, world.Guard, world.Time, NullLogger<BootTimeline>.Instance);
    }

    private sealed class NoLeases : ILeaseStore
    {
        public IReadOnlyList<Lease> LoadLeases() => [];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress lease) => Task.CompletedTask;
    }
}
