using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Matrix;

namespace BootAppliance.Tests;

/// <summary>Boots a case of the matrix and compares what the machine says on its console with what its timeline says.</summary>
internal static class BootCheck
{
    private static readonly string[] toScript = ["dhcp-offer ipxe", "dhcp-ack ipxe", "catch-all-fetched"];
    private static readonly string[] toScriptOfGrub = ["loader-sent grubx64.efi", "catch-all-fetched"];
    private static readonly string[] toLinux = ["script-served", "image-sent vmlinuz", "image-sent initrd.img", "dhcp-ack system"];
    private static readonly string[] toLinuxOfIso = ["script-served", "image-sent guest.iso", "dhcp-ack system"];

    /// <summary>The names of the cases over these paths, for a theory.</summary>
    public static TheoryData<string> CasesOver(params BootPath[] paths) => [.. BootMatrix.Cases.Where(boot => paths.Contains(boot.Path)).Select(boot => boot.Name)];

    public static async Task BootsAsync(string name)
    {
        var boot = BootMatrix.Named(name).ShouldNotBeNull();
        SystemTest.SkipWithout(boot.FindObstacle());
        await using var run = await BootRun.Start(boot, SystemTest.Cancellation);
        var result = await run.WaitUntilBooted(SystemTest.Cancellation);
        if (boot.Path == BootPath.LossyWire) result.Report.ShouldMatch("^[1-9]\\d* frames, [1-9]\\d* lost, [1-9]\\d* late, [1-9]\\d* twice$");
        if (boot.Machine.BootsLinux)
        {
            // The command line of a disc image is its own.
            if (!boot.Machine.BootsIso) run.Console.ShouldContain(line => line.StartsWith(GuestImages.CommandLinePrefix) && line.Contains("BOOTIF=01-52-54-00-12-34-56"));
            run.Console.ShouldContain(line => line.StartsWith(GuestImages.AddressPrefix + boot.Path.Lease.Address) && line.Contains($" server {boot.Path.Lease.Server} "));
        }

        var seen = await TimelineAsync(run);
        var expected = Expected(boot).ToArray();
        Subsequence(expected, seen).ShouldBeTrue($"expected, in this order: {string.Join(", ", expected)}; seen: {string.Join(", ", seen)}");
        if (!boot.Machine.BootsLinux) return;

        var progress = (await run.Lab.QueryAsync("node", "show", BootRun.Node)).GetProperty("progress");
        progress.GetProperty("stage").GetString().ShouldBe(boot.Path.SeesDhcp ? "system" : "images");
        progress.GetProperty("stuck").GetBoolean().ShouldBeFalse();
    }

    private static IEnumerable<string> Expected(BootCase boot)
    {
        // The stand-in for a plain PXE ROM is an iPXE too, and says so.
        string[] firmware = boot.Machine.Loader is null or "undionly.kpxe" ? [] : ["dhcp-offer firmware", "dhcp-ack firmware"];
        string[] loader = boot.Machine.Loader is { } sent ? [$"loader-sent {sent}"] : [];
        var script = boot.Machine == MachineKinds.SecureBoot ? toScriptOfGrub : toScript;
        IEnumerable<string> all = [.. firmware, .. loader, .. boot.Machine.BootsLinux ? [.. script, .. boot.Machine.BootsIso ? toLinuxOfIso : toLinux] : Array.Empty<string>()];

        if (!boot.Path.SeesDhcp) all = all.Where(step => !step.StartsWith("dhcp-", StringComparison.Ordinal));

        // Where frames are lost, one may be the last ACK of the loader's transfer, which the appliance then waits for while the machine goes on.
        return boot.Path == BootPath.LossyWire ? all.Where(step => !step.StartsWith("loader-sent", StringComparison.Ordinal)) : all;
    }

    private static async Task<List<string>> TimelineAsync(BootRun run) =>
    [
        .. (await run.Lab.QueryAsync("event", "list", "--node", BootRun.Node)).GetProperty("events").EnumerateArray().Select(seen => seen.GetProperty("kind").GetString() switch
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
