using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class ProgressTests
{
    private static readonly DateTimeOffset start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly (MachineEventKind Kind, BootStage? Stage, BootStep Step)[] wholeBoot =
    [
        (MachineEventKind.DhcpOffer, BootStage.Firmware, BootStep.FirmwareOffer),
        (MachineEventKind.DhcpAck, BootStage.Firmware, BootStep.FirmwareAddress),
        (MachineEventKind.LoaderSent, null, BootStep.Loader),
        (MachineEventKind.DhcpOffer, BootStage.Ipxe, BootStep.IpxeOffer),
        (MachineEventKind.DhcpAck, BootStage.Ipxe, BootStep.IpxeAddress),
        (MachineEventKind.CatchAllFetched, null, BootStep.CatchAll),
        (MachineEventKind.ScriptServed, null, BootStep.Script),
        (MachineEventKind.ImageSent, null, BootStep.Images),
        (MachineEventKind.DhcpAck, BootStage.System, BootStep.System),
    ];

    public static TheoryData<int, string?> Stops => new()
    {
        { 0, "DHCPDISCOVER of the machine" },
        { 1, "DHCPREQUEST" },
        { 2, "request for its loader" },
        { 3, "iPXE's own DHCPDISCOVER" },
        { 4, "iPXE's DHCPREQUEST" },
        { 5, "catch-all" },
        { 6, "boot script" },
        { 7, "request for the kernel" },
        { 8, null },
        { 9, null },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public void Read_SaysWhichStepIsMissing_WhereverTheMachineStops(int seen, string? missing)
    {
        var progress = BootProgress.Read(Boot(seen), start.AddHours(1));
        progress.Step.ShouldBe(seen == 0 ? BootStep.Nothing : wholeBoot[seen - 1].Step);
        progress.Steps.Count.ShouldBe(seen);
        if (missing is null)
        {
            progress.Diagnosis.ShouldBeNull();
            return;
        }

        progress.Diagnosis!.Missing.ShouldContain(missing);
        progress.IsStuck.ShouldBe(seen > 0);
        progress.Diagnosis.UsualCauses.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(1, "Secure Boot refused the loader")]
    [InlineData(2, "Secure Boot refused the loader")]
    [InlineData(3, "Secure Boot refuses it? The loader was sent 3 times and never ran")]
    public void Read_SuspectsSecureBoot_WhenTheLoaderNeverRuns(int boots, string cause)
    {
        var events = Enumerable.Range(0, boots).SelectMany(round => Boot(3).Select(seen => seen with { Time = seen.Time.AddMinutes(2 * round) })).ToList();
        BootProgress.Read(events, start.AddHours(1)).Diagnosis!.UsualCauses[0].ShouldStartWith(cause);
    }

    [Theory]
    [InlineData("52:54:00:12:34:56", "Secure Boot refused the loader", "pxelinux.0", "ldlinux.c32", "vmlinuz", "pxelinux.0", "ldlinux.c32", "vmlinuz", "pxelinux.0", "ldlinux.c32", "vmlinuz")]
    [InlineData("b8:27:eb:12:34:56", "a file that it needs is not below Tftp:Root", "bootcode.bin", "bootcode.bin", "bootcode.bin")]
    [InlineData("b8:27:eb:12:34:56", "Secure Boot refuses it? The loader was sent 3 times", "bootcode.bin", "RPI_EFI.fd", "ipxe-arm64.efi", "ipxe-arm64.efi", "ipxe-arm64.efi")]
    [InlineData("52:54:00:12:34:56", "Secure Boot refuses it? The loader was sent 3 times", "shimx64.efi", "grubx64.efi", "shimx64.efi", "grubx64.efi", "shimx64.efi")]
    [InlineData("52:54:00:12:34:56", "Secure Boot refuses it? The loader was sent 3 times", "grubaa64.efi", "grubaa64.efi", "grubaa64.efi")]
    [InlineData("52:54:00:12:34:56", "Secure Boot refuses it? The loader was sent 3 times", "ipxe.efi", "ipxe.efi", "snponly.efi")]
    [InlineData("52:54:00:12:34:56", "Secure Boot refused the loader", "ipxe.efi", "ipxe.efi", "ipxe-arm64.efi")]
    public void Read_CountsTheLoadsOfOneLoader_NotThoseOfTheFilesThatItLoads(string mac, string cause, params string[] files)
    {
        var loads = files.Select((file, index) => Seen(MachineEventKind.LoaderSent, null, 3 + index) with { File = file, Mac = World.Parse(mac) });
        BootProgress.Read(Boot(2).Concat(loads), start.AddHours(1)).Diagnosis!.UsualCauses[0].ShouldStartWith(cause);
    }

    [Theory]
    [InlineData(MachineEventKind.AutoexecFetched)]
    [InlineData(MachineEventKind.CatchAllFetched)]
    public void Read_TakesAnyScript_ForASignThatTheLoaderRuns(MachineEventKind sign)
    {
        var round = Boot(3).Append(new MachineEvent { Kind = sign, Text = "", Time = start.AddSeconds(20) }).ToList();
        var events = Enumerable.Range(0, 3).SelectMany(i => round.Select(seen => seen with { Time = seen.Time.AddMinutes(2 * i) })).ToList();
        events.RemoveAt(events.Count - 1);
        BootProgress.Read(events, start.AddHours(1)).Diagnosis!.UsualCauses[0].ShouldStartWith("Secure Boot refused the loader");
    }

    [Fact]
    public void Read_IsPatient_WhileTheMachineMayStillBeOnItsWay()
    {
        BootProgress.Read(Boot(3), start.AddSeconds(30)).IsStuck.ShouldBeFalse();
        BootProgress.Read(Boot(3), start.AddSeconds(70)).IsStuck.ShouldBeTrue();
        BootProgress.Read([], start).IsStuck.ShouldBeFalse();
    }

    [Fact]
    public void Read_ShowsTheNewestBootOnly()
    {
        var events = Boot(9).Concat(Boot(3).Select(seen => seen with { Time = seen.Time.AddHours(2) }));
        var progress = BootProgress.Read(events, start.AddHours(3));
        progress.Step.ShouldBe(BootStep.Loader);
        progress.Steps.Count.ShouldBe(3);
    }

    [Fact]
    public void Read_ShowsTheNewestBoot_OfACardWithIpxeInItsRom()
    {
        var rom = Boot(8).Skip(3).ToList();
        var progress = BootProgress.Read(rom.Concat(rom.Take(2).Select(seen => seen with { Time = seen.Time.AddHours(2) })), start.AddHours(3));
        progress.Step.ShouldBe(BootStep.IpxeAddress);
        progress.Steps.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(MachineEventKind.LoaderSent, MachineEventKind.AutoexecFetched, MachineEventKind.CatchAllFetched, MachineEventKind.ScriptServed, MachineEventKind.ImageSent)]
    [InlineData(MachineEventKind.CatchAllFetched, MachineEventKind.ScriptServed, MachineEventKind.ImageSent)]
    [InlineData(MachineEventKind.LoaderSent, MachineEventKind.CatchAllFetched, MachineEventKind.LocalBoot)]
    public void Read_ShowsTheNewestBoot_WhereNoDhcpIsSeen(params MachineEventKind[] kinds)
    {
        var boot = kinds.Select((kind, second) => Seen(kind, null, second)).ToList();
        var progress = BootProgress.Read(boot.Concat(boot.Select(seen => seen with { Time = seen.Time.AddHours(2) })), start.AddHours(3));
        progress.Steps.Select(seen => seen.Kind).ShouldBe(kinds);
        BootProgress.Read(boot.Append(boot[0] with { Time = start.AddHours(2) }), start.AddHours(3)).Steps.Count.ShouldBe(1);
    }

    [Fact]
    public void Read_KeepsOneBootTogether_WhenTheFirmwareRepeatsItself()
    {
        var twice = Boot(1).Concat(Boot(1).Select(seen => seen with { Time = seen.Time.AddSeconds(4) }));
        BootProgress.Read(twice, start.AddHours(1)).Steps.Count.ShouldBe(2);
    }

    [Fact]
    public void Read_NamesTheTrouble_AtOnce()
    {
        var trouble = Seen(MachineEventKind.ScriptRefused, null, 10) with { Text = "node demo has no kernel" };
        var progress = BootProgress.Read(Boot(6).Append(trouble), start.AddSeconds(11));
        progress.Summary.ShouldContain("node demo has no kernel");
        progress.Diagnosis!.UsualCauses[0].ShouldBe("node demo has no kernel");
    }

    [Fact]
    public void Read_MissesAFile_ThatTheScriptWouldMakeItLoad()
    {
        BootProgress.Read(Boot(8), start.AddHours(1), imagesToLoad: 1).Diagnosis.ShouldBeNull();
        BootProgress.Read(Boot(8), start.AddHours(1), imagesToLoad: 2).Diagnosis!.Missing.ShouldBe("the request for 1 more of the files in its script");
        var refused = Seen(MachineEventKind.ImageRefused, null, 9) with { Text = "asked for initrd.img and did not get it" };
        var progress = BootProgress.Read(Boot(8).Append(refused), start.AddSeconds(10), imagesToLoad: 2);
        progress.IsStuck.ShouldBeTrue();
        progress.Diagnosis!.UsualCauses[0].ShouldBe(refused.Text);
    }

    [Fact]
    public void Read_ForgetsTrouble_ThatTheMachineGotOver()
    {
        var aborted = Seen(MachineEventKind.ImageAborted, null, 8);
        BootProgress.Read(Boot(7).Append(aborted).Append(Seen(MachineEventKind.ImageSent, null, 9)), start.AddHours(1)).Diagnosis.ShouldBeNull();
    }

    [Fact]
    public void Read_ShowsTheNewestWordOfALongDownload_WhichIsNotStuck_UntilItStalls()
    {
        MachineEvent[] underWay = [.. new[] { 100, 200, 300 }.Select(second => Seen(MachineEventKind.ImageProgress, null, second) with { File = "initrd.img" })];
        var progress = BootProgress.Read(Boot(7).Concat(underWay), start.AddSeconds(390), imagesToLoad: 2);
        (progress.Step, progress.Steps.Count, progress.Steps[^1], progress.IsStuck).ShouldBe((BootStep.Images, 8, underWay[^1], false));

        var stalled = Seen(MachineEventKind.ImageStalled, null, 310) with { Text = "has taken nothing of initrd.img for 10 s" };
        progress = BootProgress.Read(Boot(7).Concat(underWay).Append(stalled), start.AddSeconds(311), imagesToLoad: 1);
        progress.IsStuck.ShouldBeTrue();
        progress.Diagnosis!.UsualCauses[0].ShouldBe(stalled.Text);
    }

    private static List<MachineEvent> Boot(int steps) => [.. wholeBoot.Take(steps).Select((step, index) => Seen(step.Kind, step.Stage, index))];

    private static MachineEvent Seen(MachineEventKind kind, BootStage? stage, int second) =>
        new() { Kind = kind, Stage = stage, Time = start.AddSeconds(second), Text = kind.ToString() };
}
