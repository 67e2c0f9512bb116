using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

public sealed class TimelineTests
{
    private static readonly IPAddress address = IPAddress.Parse("192.0.2.100");
    private static readonly MacAddress mac = World.Parse(World.Mac);

    private readonly World world = new(nodes: World.Demo(ProvisionState.Active));
    private readonly BootTimeline timeline;

    public TimelineTests() => timeline = new BootTimeline(world.Events, world.Nodes, new MachineAddresses(new LeaseTable([], new HeldLease(), world.Time, [])), world.Guard, world.Time, NullLogger<BootTimeline>.Instance);

    [Theory]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi, BootStage.Firmware, "UEFI x64 PXE")]
    [InlineData(BootClientKind.BiosPxe, ClientArchitecture.X86Bios, BootStage.Firmware, "BIOS PXE")]
    [InlineData(BootClientKind.HttpBoot, ClientArchitecture.Arm64UefiHttp, BootStage.Firmware, "UEFI arm64 HTTP boot")]
    [InlineData(BootClientKind.Ipxe, ClientArchitecture.X64Uefi, BootStage.Ipxe, "iPXE")]
    public void Offer_SaysToWhichFirmware(BootClientKind kind, ClientArchitecture architecture, BootStage stage, string client)
    {
        timeline.Answered(Exchange(World.Client(kind, architecture), DhcpMessageType.Offer, "boot.file"));
        Only().ShouldBe(new MachineEvent
        {
            Sequence = Only().Sequence,
            Time = world.Time.GetUtcNow(),
            Kind = MachineEventKind.DhcpOffer,
            Stage = stage,
            Client = client,
            Mac = mac,
            NodeUuid = World.Demo(ProvisionState.Active).Uuid,
            Address = address,
            File = "boot.file",
            Text = $"offered 192.0.2.100 to {client}: boot.file",
        });
    }

    [Fact]
    public void Log_HasNothingOfAMachineThatSpeaksToATerminal()
    {
        var log = new Lines();
        var logged = new BootTimeline(world.Events, world.Nodes, new MachineAddresses(new LeaseTable([], new HeldLease(), world.Time, [])), world.Guard, world.Time, log);
        logged.ImageRefused(address, "\u001b]0;mine\u0007\r\nkernel", "there is no such file");
        log.ShouldHaveSingleItem().ShouldBe("52:54:00:12:34:56 192.0.2.100: asked for \uFFFD]0;mine\uFFFD\uFFFD\uFFFDkernel and did not get it: there is no such file");
    }

    [Fact]
    public void Loader_BelongsToTheMachine_ThatHasTheLease()
    {
        timeline.Finished(new TransferReport(new IPEndPoint(address, 2070), "ipxe.efi", TransferOutcome.Completed, null, 996_864, 996_864, TimeSpan.FromSeconds(2), 1468, 4, 0));
        var seen = Only();
        seen.Kind.ShouldBe(MachineEventKind.LoaderSent);
        seen.Mac.ShouldBe(mac);
        seen.Bytes.ShouldBe(996_864);
        seen.Text.ShouldBe("loaded ipxe.efi: 997 kB in 2.0 s, 0.5 MB/s");
    }

    [Fact]
    public void Loader_BelongsToTheNeighbour_WhereAnotherServerGivesTheAddresses()
    {
        var elsewhere = IPAddress.Parse("192.0.2.50");
        var addresses = new MachineAddresses(new LeaseTable([], new HeldLease(), world.Time, []), asked => asked.Equals(elsewhere) ? mac : null);
        addresses.Find(elsewhere).ShouldBe(mac);
        addresses.Find(IPAddress.Parse("::ffff:192.0.2.50")).ShouldBe(mac);
        addresses.Find(IPAddress.Parse("192.0.2.51")).ShouldBeNull();

        // The cable is nearer the truth than what was once learnt, and our own lease is nearer still.
        addresses.Learn(elsewhere, World.Parse("52:54:00:00:00:01"));
        addresses.Find(elsewhere).ShouldBe(mac);
        new MachineAddresses(new LeaseTable([], new HeldLease(), world.Time, []), _ => World.Parse("52:54:00:00:00:01")).Find(address).ShouldBe(mac);
    }

    [Fact]
    public void Script_AsksTheWireOnce_WhoAsks()
    {
        var asked = 0;
        var addresses = new MachineAddresses(new LeaseTable([], new HeldLease(), world.Time, []), _ =>
        {
            asked++;
            return World.Parse("52:54:00:00:00:01");
        });
        new BootTimeline(world.Events, world.Nodes, addresses, world.Guard, world.Time, NullLogger<BootTimeline>.Instance)
            .ScriptAnswered(IPAddress.Parse("192.0.2.50"), mac, world.Resolver.BootConfig(mac, "boot.ipxe"));
        asked.ShouldBe(1);
    }

    [Fact]
    public void SizeProbe_IsNoEvent()
    {
        timeline.Finished(new TransferReport(new IPEndPoint(address, 2070), "ipxe.efi", TransferOutcome.SizeProbe, null, 996_864, 0, TimeSpan.Zero, 512, 1, 0));
        world.Events.Query(new EventQuery()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("autoexec.ipxe", 0)]
    [InlineData("grub/x86_64-efi/command.lst", 0)]
    [InlineData("revocations_sbat.efi", 0)]
    [InlineData("shim_certificate_0.efi", 0)]
    [InlineData("grub/grub.cfg-C0000264", 0)]
    [InlineData("1a2b3c4d/start4.elf", 0)]
    [InlineData("pxelinux.0", 1)]
    public void RefusedFile_IsAnEvent_UnlessABootProgramOnlyLookedForIt(string file, int events)
    {
        timeline.Refused(new TftpRefusal(new IPEndPoint(address, 2070), file, TftpErrorCode.FileNotFound, "File not found"));
        world.Events.Query(new EventQuery()).Count.ShouldBe(events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TftpFlood_OfStrangers_LeavesTheNodesEventsInTheLog(bool silent)
    {
        timeline.Finished(new TransferReport(new IPEndPoint(address, 2070), "ipxe.efi", TransferOutcome.Completed, null, 996_864, 996_864, TimeSpan.FromSeconds(2), 1468, 4, 0));
        for (var i = 0; i < 20_000; i++)
        {
            var stranger = new IPEndPoint(new IPAddress([198, 18, (byte)(i >> 8), (byte)i]), 2070);
            if (silent) timeline.Finished(new TransferReport(stranger, "ipxe.efi", TransferOutcome.TimedOut, "silence", 996_864, 0, TimeSpan.FromSeconds(15), 1468, 4, 3));
            else timeline.Refused(new TftpRefusal(stranger, "pxelinux.0", TftpErrorCode.FileNotFound, "File not found"));
        }

        timeline.Refused(new TftpRefusal(new IPEndPoint(address, 2070), "pxelinux.0", TftpErrorCode.FileNotFound, "File not found"));
        world.Events.Query(EventQuery.ForMac(mac)).Select(seen => seen.Kind).ShouldBe([MachineEventKind.LoaderSent, MachineEventKind.LoaderFailed], ignoreOrder: true);
    }

    [Theory]
    [InlineData("autoexec.ipxe", MachineEventKind.AutoexecFetched, "iPXE fetched autoexec.ipxe, which leads to the catch-all script")]
    [InlineData("grub/grub.cfg", MachineEventKind.CatchAllFetched, "GRUB fetched grub/grub.cfg, the catch-all configuration")]
    [InlineData("grub/grub.cfg-01-52-54-00-12-34-56", MachineEventKind.ScriptServed, "got its GRUB configuration grub/grub.cfg-01-52-54-00-12-34-56")]
    [InlineData("1a2b3c4d/start4.elf", MachineEventKind.LoaderSent, "loaded 1a2b3c4d/start4.elf: 900 bytes in 0.1 s, 0.0 MB/s")]
    public void File_OverTftp_IsTheMilestoneThatItsNameSays(string name, MachineEventKind kind, string text)
    {
        timeline.Finished(new TransferReport(new IPEndPoint(address, 2070), name, TransferOutcome.Completed, null, 900, 900, TimeSpan.FromSeconds(0.1), 1468, 4, 0));
        (Only().Kind, Only().Text, Only().Mac).ShouldBe((kind, text, mac));
    }

    [Theory]
    [InlineData(false, false, MachineEventKind.ScriptServed)]
    [InlineData(false, true, MachineEventKind.LocalBoot)]
    [InlineData(true, false, MachineEventKind.BootLoop)]
    public void GrubConfiguration_IsTheMilestoneThatItsTextSays(bool loops, bool toDisk, MachineEventKind kind)
    {
        var node = World.Demo(ProvisionState.Active) with { Interfaces = new() { Deploy = toDisk ? "direct" : "ramdisk" } };
        var judge = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), RestrictBootConfig = false }, node);
        for (var load = 0; loops && load < 3; load++)
        {
            judge.Guard.LoaderSent(mac, "grubx64.efi");
            world.Guard.LoaderSent(mac, "grubx64.efi");
        }

        timeline.ScriptAnswered(address, mac, judge.Resolver.BootConfig(mac, "grub.cfg"));
        Only().Kind.ShouldBe(kind);
        (world.Guard.Find(mac) is not null).ShouldBe(loops);
    }

    [Theory]
    [InlineData(996_864 - 1468, MachineEventKind.LoaderSent)]
    [InlineData(996_864 - (3 * 1468), MachineEventKind.LoaderFailed)]
    [InlineData(0, MachineEventKind.LoaderFailed)]
    public void SilentClient_HasTheLoader_WhenOnlyTheLastAcknowledgementIsMissing(long acknowledged, MachineEventKind kind)
    {
        timeline.Finished(new TransferReport(new IPEndPoint(address, 2070), "ipxe.efi", TransferOutcome.TimedOut, "silence", 996_864, acknowledged, TimeSpan.FromSeconds(2), 1468, 2, 0));
        Only().Kind.ShouldBe(kind);
    }

    [Fact]
    public void BrokenDownload_SaysHowFarItCame()
    {
        timeline.ImageSent(address, "initrd.img", 3_000_000, TimeSpan.FromSeconds(1), complete: false);
        Only().Text.ShouldBe("broke off while loading initrd.img after 3.0 MB in 1.0 s, 3.0 MB/s");
        Only().Kind.ShouldBe(MachineEventKind.ImageAborted);
    }

    [Fact]
    public void LongDownload_SaysHowFarItIs_AndWhetherItStalled()
    {
        timeline.ImageUnderWay(address, "initrd.img", 3_000_000, 12_000_000, TimeSpan.FromSeconds(61.4));
        timeline.ImageStalled(address, "initrd.img", 4_100_000, 12_000_000, TimeSpan.FromSeconds(10));
        world.Events.Query(EventQuery.ForMac(mac)).Select(seen => (seen.Kind, seen.Text, seen.Bytes)).ShouldBe(
        [
            (MachineEventKind.ImageProgress, "is loading initrd.img: 25 % of 12.0 MB after 61 s", 3_000_000),
            (MachineEventKind.ImageStalled, "has taken nothing of initrd.img for 10 s: it has 34 % of 12.0 MB", 4_100_000),
        ]);
    }

    [Fact]
    public void Image_ReadInPieces_IsTold_AtTheFirst_EveryHalfMinute_AndWhenNoneFollows()
    {
        for (var piece = 0; piece < 1000; piece++)
        {
            timeline.ImageSent(address, "debian.iso", 16_000, TimeSpan.Zero, complete: true, isPart: true);
            world.Time.Advance(TimeSpan.FromSeconds(0.04));
        }

        world.Time.Advance(TimeSpan.FromSeconds(10));
        world.Events.Query(EventQuery.ForMac(mac)).Select(seen => (seen.Kind, seen.Text, seen.Bytes)).ShouldBe(
        [
            (MachineEventKind.ImageProgress, "is reading debian.iso in pieces, as from a disc: 16 kB so far", 16_000),
            (MachineEventKind.ImageProgress, "is reading debian.iso in pieces, as from a disc: 12.0 MB so far", 12_016_000),
            (MachineEventKind.ImageSent, "read debian.iso: 16.0 MB in 39.96 s, 0.4 MB/s, in 1000 pieces", 16_000_000),
        ]);
        world.Time.Timers.ShouldBe(0);
    }

    [Fact]
    public void Image_ReadInPieces_IsRead_WhenItsSystemAsksForAnAddress()
    {
        timeline.ImageSent(IPAddress.Parse("198.18.0.7"), "debian.iso", 2048, TimeSpan.Zero, complete: true, isPart: true);
        timeline.ImageSent(address, "debian.iso", 2048, TimeSpan.Zero, complete: true, isPart: true);
        timeline.Answered(Exchange(World.Client(BootClientKind.None), DhcpMessageType.Offer, null));
        world.Events.Query(EventQuery.ForMac(mac)).Select(seen => seen.Text).Take(2).ShouldBe(
        [
            "is reading debian.iso in pieces, as from a disc: 2 kB so far",
            "read debian.iso: 2 kB, in one piece",
        ]);
        world.Events.Query(new EventQuery()).Count(seen => seen.Kind == MachineEventKind.ImageSent).ShouldBe(1);
    }

    [Theory]
    [InlineData(DhcpDropReason.PoolExhausted, 1)]
    [InlineData(DhcpDropReason.StoreUnavailable, 1)]
    [InlineData(DhcpDropReason.OtherServerChosen, 0)]
    [InlineData(DhcpDropReason.NotABootClient, 0)]
    public void Drop_IsTrouble_OnlyWhenThePacketWasForUs(DhcpDropReason reason, int events)
    {
        timeline.Dropped(reason, World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), "");
        world.Events.Query(new EventQuery()).Count(seen => seen.Kind == MachineEventKind.DhcpProblem).ShouldBe(events);
    }

    [Fact]
    public void Script_TeachesWhichMachineAnAddressIs_WhereAnotherServerGivesTheAddresses()
    {
        var elsewhere = IPAddress.Parse("198.18.0.7");
        timeline.ScriptAnswered(elsewhere, mac, world.Resolver.BootConfig(mac, "boot.ipxe"));
        timeline.ImageSent(elsewhere, "vmlinuz", 8_000_000, TimeSpan.FromSeconds(1), complete: true);
        world.Events.Query(EventQuery.ForMac(mac)).Select(seen => seen.Kind).ShouldBe([MachineEventKind.ScriptServed, MachineEventKind.ImageSent]);
    }

    [Theory]
    [InlineData("b8:27:eb:01:02:03", true)]
    [InlineData("52:54:00:00:00:07", false)]
    public void RaspberryPi_HasTheAddressThatItIsOffered_SinceItNeverAsksForIt(string client, bool known)
    {
        var elsewhere = IPAddress.Parse("192.0.2.101");
        timeline.Answered(Exchange(World.Client(client, BootClientKind.BiosPxe, ClientArchitecture.X86Bios), DhcpMessageType.Offer, "boot.file") with { Address = elsewhere });
        world.Time.Advance(TimeSpan.FromMinutes(5));
        timeline.Finished(new TransferReport(new IPEndPoint(elsewhere, 2070), "1a2b3c4d/start4.elf", TransferOutcome.Completed, null, 900, 900, TimeSpan.FromSeconds(0.1), 1468, 4, 0));
        var loaded = world.Events.Query(new EventQuery()).Single(seen => seen.Kind == MachineEventKind.LoaderSent);
        loaded.Mac.ShouldBe(known ? World.Parse(client) : null);
    }

    [Fact]
    public void Renewal_IsNoEvent()
    {
        timeline.Answered(Exchange(World.Client(BootClientKind.None), DhcpMessageType.Ack, null) with { IsRenewal = true });
        world.Events.Query(new EventQuery()).ShouldBeEmpty();
    }

    [Fact]
    public void Drop_SaysWhy_AndTheDetail()
    {
        timeline.Dropped(DhcpDropReason.AddressesInUse, World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), "192.0.2.0/24");
        Only().Text.ShouldBe(DhcpDropReason.AddressesInUse.Describe() + " (192.0.2.0/24)");
    }

    [Fact]
    public void NothingToBoot_IsTrouble_EvenThoughAScriptSaysSo()
    {
        var node = World.Demo(ProvisionState.Enroll);
        timeline.ScriptAnswered(address, mac, world.Resolver.IpxeConfig(node));
        Only().Kind.ShouldBe(MachineEventKind.ScriptRefused);
    }

    [Fact]
    public void Script_OfANicThatNoNodeHas_IsNoNews()
    {
        var other = World.Parse("52:54:00:00:00:01");
        timeline.ScriptAnswered(address, other, world.Resolver.BootConfig(other, "boot.ipxe"));
        world.Events.Query(new EventQuery()).ShouldBeEmpty();
    }

    [Fact]
    public void Storm_OfMadeUpMachines_LeavesTheNodesTheirEvents()
    {
        timeline.Answered(Exchange(World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), DhcpMessageType.Offer, "boot.file"));
        for (var stranger = 0; stranger < 100_000; stranger++)
        {
            var client = World.Client($"02:ff:00:{stranger >> 16:x2}:{(stranger >> 8) & 0xFF:x2}:{stranger & 0xFF:x2}", BootClientKind.UefiPxe);
            if (stranger % 2 == 0) timeline.Answered(Exchange(client, DhcpMessageType.Offer, "boot.file"));
            else timeline.Dropped(DhcpDropReason.PoolExhausted, client, "");
            world.Time.Advance(TimeSpan.FromMilliseconds(36));
        }

        timeline.Answered(Exchange(World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), DhcpMessageType.Ack, "boot.file"));
        world.Events.Query(EventQuery.ForMac(mac)).Select(e => e.Kind).ShouldBe([MachineEventKind.DhcpOffer, MachineEventKind.DhcpAck]);
    }

    private MachineEvent Only() => world.Events.Query(new EventQuery()).ShouldHaveSingleItem();

    private DhcpExchange Exchange(DhcpClient client, DhcpMessageType sent, string? file) =>
        new(client, DhcpMessageType.Discover, sent, 1, address, file, TimeSpan.FromMinutes(5), "eth1", world.Time.GetUtcNow());

    private sealed class HeldLease : ILeaseStore
    {
        public IReadOnlyList<Lease> LoadLeases() =>
            [new Lease(address, World.Client(BootClientKind.None).HardwareAddress, LeaseState.Bound, new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), null)];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress lease) => Task.CompletedTask;
    }

    private sealed class Lines : List<string>, ILogger<BootTimeline>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
