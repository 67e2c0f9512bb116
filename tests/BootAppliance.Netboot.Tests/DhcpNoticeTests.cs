using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>What the timeline says where another server gives the addresses, and of what is neither answer nor drop.</summary>
public sealed class DhcpNoticeTests
{
    private static readonly IPAddress address = IPAddress.Parse("198.18.0.7");
    private static readonly DhcpClient uefi = World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);
    private static readonly ForeignServer server = new(IPAddress.Parse("192.0.2.9"), null, IPAddress.Parse("192.0.2.200"), "other.0");

    private readonly World world = new(nodes: World.Demo(ProvisionState.Active));
    private readonly BootTimeline timeline;

    public DhcpNoticeTests() => timeline = new BootTimeline(
        world.Events, world.Nodes, new MachineAddresses(new LeaseTable([], new NoLeases(), world.Time, [])), world.Guard, world.Time, NullLogger<BootTimeline>.Instance);

    [Fact]
    public void ProxyOffer_NamesNoAddress()
    {
        timeline.Answered(new DhcpExchange(uefi, DhcpMessageType.Discover, DhcpMessageType.Offer, 1, IPAddress.Any, "ipxe.efi", null, "eth1", world.Time.GetUtcNow()));
        Only().Text.ShouldBe("offered boot information to UEFI x64 PXE, its address comes from the other DHCP server: ipxe.efi");
        Only().Address.ShouldBeNull();
    }

    [Fact]
    public void AddressFromTheOtherServer_IsAStepAndTellsWhoseDownloadItIs()
    {
        timeline.Noticed(new DhcpNotice.AddressedElsewhere("eth1", uefi, address));
        timeline.LoaderSent(address, "ipxe.efi", 1_000_000, TimeSpan.FromSeconds(1), complete: true);
        var seen = world.Events.Query(EventQuery.ForMac(World.Parse(World.Mac)));
        seen.Select(one => one.Kind).ShouldBe([MachineEventKind.DhcpAck, MachineEventKind.LoaderSent]);
        (seen[0].Stage, seen[0].Text).ShouldBe((BootStage.Firmware, $"UEFI x64 PXE takes {address} from the other DHCP server"));
    }

    [Fact]
    public void QuestionToPort4011_TellsWhoseDownloadItIs()
    {
        timeline.Answered(new DhcpExchange(uefi, DhcpMessageType.Request, DhcpMessageType.Ack, 1, address, "ipxe.efi", null, "eth1", world.Time.GetUtcNow()));
        timeline.LoaderSent(address, "ipxe.efi", 1_000_000, TimeSpan.FromSeconds(1), complete: true);
        world.Events.Query(EventQuery.ForMac(World.Parse(World.Mac))).Select(seen => seen.Kind).ShouldBe([MachineEventKind.DhcpAck, MachineEventKind.LoaderSent]);
    }

    [Fact]
    public void IgnoredProxyOffer_IsTrouble_AndNamesTheWayOut()
    {
        timeline.Noticed(new DhcpNotice.ProxyOfferIgnored("eth1", uefi));
        Only().Kind.ShouldBe(MachineEventKind.DhcpProblem);
        Only().Text.ShouldContain("a reservation in Dhcp:Subnets");
    }

    [Fact]
    public void DeclinedAddress_IsTrouble()
    {
        timeline.Noticed(new DhcpNotice.Declined("eth1", uefi, address));
        (Only().Kind, Only().Address, Only().Mac).ShouldBe((MachineEventKind.DhcpProblem, address, World.Parse(World.Mac)));
    }

    [Fact]
    public void ForeignServer_IsAnEventOfNoMachine()
    {
        timeline.Noticed(new DhcpNotice.ForeignServerFound("eth1", server));
        Only().Text.ShouldBe("another DHCP server answers on eth1: 192.0.2.9 (offered 192.0.2.200, boot file other.0); machines may take its boot file");
        (Only().Mac, Only().NodeUuid, Only().Address).ShouldBe((null, null, server.Address));
    }

    private MachineEvent Only() => world.Events.Query(new EventQuery()).ShouldHaveSingleItem();

    private sealed class NoLeases : ILeaseStore
    {
        public IReadOnlyList<Lease> LoadLeases() => [];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress address) => Task.CompletedTask;
    }
}
