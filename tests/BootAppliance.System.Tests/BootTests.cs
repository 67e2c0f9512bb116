using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;

namespace BootAppliance.Tests;

/// <summary>Real firmware, real iPXE, a real kernel: each machine boots from nothing to its own init, and says with which command line.</summary>
public sealed class BootTests
{
    private const string Mac = "52:54:00:12:34:56";
    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);

    private static readonly string[] fromIpxe =
        ["dhcp-offer ipxe", "dhcp-ack ipxe", "catch-all-fetched", "script-served", "image-sent vmlinuz", "image-sent initrd.img", "dhcp-ack system"];

    [Theory]
    [InlineData(MachineFirmware.Rom, "BIOS", null)]
    [InlineData(MachineFirmware.Bios, "BIOS", "undionly.kpxe")]
    [InlineData(MachineFirmware.Uefi, "UEFI", "ipxe.efi")]
    public async Task Machine_BootsLinux_AndItsTimelineSaysHow(MachineFirmware firmware, string kind, string? loader)
    {
        SystemTest.SkipWithout(VirtualMachine.FindObstacle(firmware) ?? GuestImages.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await lab.AddGuestImages(SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);
        await lab.Command(
            ["node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", "console=ttyS0 marker=chain", "--deploy"], SystemTest.Cancellation);

        await using var machine = await lab.StartMachine(firmware, Mac);
        var commandLine = await machine.Console.WaitForLine(line => line.Contains(GuestImages.CommandLinePrefix), timeToBoot, SystemTest.Cancellation);
        commandLine.ShouldContain("initrd=initrd0");
        commandLine.ShouldContain("console=ttyS0 marker=chain");
        commandLine.ShouldContain("BOOTIF=01-52-54-00-12-34-56");
        (await machine.Console.WaitForLine(line => line.Contains(GuestImages.FirmwarePrefix), timeToBoot, SystemTest.Cancellation)).ShouldContain(kind);
        (await machine.Console.WaitForLine(line => line.Contains(GuestImages.AddressPrefix), timeToBoot, SystemTest.Cancellation)).ShouldContain("192.0.2.100");

        string[] expected = firmware == MachineFirmware.Uefi
            ? ["dhcp-offer firmware", "dhcp-ack firmware", $"loader-sent {loader}", .. fromIpxe]
            : loader is null ? fromIpxe : [$"loader-sent {loader}", .. fromIpxe];
        var seen = await TimelineAsync(lab);
        Subsequence(expected, seen).ShouldBeTrue($"expected, in this order: {string.Join(", ", expected)}; seen: {string.Join(", ", seen)}");

        var progress = (await lab.QueryAsync("node", "show", "demo")).GetProperty("progress");
        progress.GetProperty("stage").GetString().ShouldBe("system");
        progress.GetProperty("stuck").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Stranger_WaitsOnItsConsole_AndBootsAsSoonAsItIsANode()
    {
        SystemTest.SkipWithout(VirtualMachine.FindObstacle(MachineFirmware.Rom) ?? GuestImages.FindObstacle());
        await using var lab = await SystemTest.LabAsync("Boot: { UnknownNode: Discover }");
        await lab.AddGuestImages(SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);

        await using var machine = await lab.StartMachine(MachineFirmware.Rom, Mac);
        await machine.Console.WaitForLine(line => line.Contains($"bootappliance node adopt {Mac} NAME"), timeToBoot, SystemTest.Cancellation);
        (await lab.QueryAsync("node", "discovered")).GetProperty("machines")[0].GetProperty("macs")[0].GetString().ShouldBe(Mac);

        await lab.Command(["node", "adopt", Mac, "found"], SystemTest.Cancellation);
        await lab.Command(["node", "set", "found", "--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", "console=ttyS0"], SystemTest.Cancellation);
        await lab.Command(["node", "deploy", "found"], SystemTest.Cancellation);
        await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine), timeToBoot, SystemTest.Cancellation);
    }

    private static async Task<List<string>> TimelineAsync(BootAppliance.Lab.BootLab lab) =>
    [
        .. (await lab.QueryAsync("event", "list", "--node", "demo")).GetProperty("events").EnumerateArray().Select(seen => seen.GetProperty("kind").GetString() switch
        {
            "loader-sent" or "image-sent" => $"{seen.GetProperty("kind").GetString()} {seen.GetProperty("file").GetString()}",
            var kind when seen.GetProperty("stage").GetString() is { } stage => $"{kind} {stage}",
            var kind => kind!,
        }),
    ];

    private static bool Subsequence(IEnumerable<string> expected, IEnumerable<string> seen)
    {
        using var remaining = seen.GetEnumerator();
        return expected.All(wanted =>
        {
            while (remaining.MoveNext())
            {
                if (remaining.Current == wanted) return true;
            }

            return false;
        });
    }
}
