using System.Diagnostics;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>The published single file on a machine without .NET: alone in its folder, started from <c>/</c> by a user with two capabilities and no home.</summary>
public sealed class PublishTests(ITestOutputHelper output)
{
    private const string Nobody = "65534";
    private const string Rights = "-all,+net_bind_service,+net_raw";
    private static readonly string published = Path.Combine(Checkout.Root, "dist", "bootappliance");

    [Fact]
    public async Task SingleFile_ServesMachines_WithNothingElseOnTheMachine()
    {
        SystemTest.SkipWithout(File.Exists(published) ? null : "needs dist/bootappliance: make publish");
        SystemTest.SkipWithout("curl", "curl");
        SystemTest.SkipWithout("busybox", "busybox-static");
        await using var lab = await SystemTest.LabAsync();
        var folder = Directory.CreateTempSubdirectory("bootappliance-publish-").FullName;
        try
        {
            File.Copy(published, Path.Combine(folder, "bootappliance"));
            await ChildProcess.Run(["chown", "-R", $"{Nobody}:{Nobody}", folder]);

            // Hides the machine's .NET from this process alone.
            var hide = "for sdk in /usr/share/dotnet /usr/lib/dotnet; do [ ! -d $sdk ] || mount -t tmpfs none $sdk; done; cd /; exec \"$@\"";
            string[] unprivileged =
                ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", $"--inh-caps={Rights}", $"--ambient-caps={Rights}", $"--bounding-set={Rights}"];
            string[] settings =
            [
                $"--Network:Interface={lab.Bridge.Name}", "--Dhcp:ForeignServers=Ignore", $"--Store:Path={folder}/data/bootappliance.db", $"--Api:Socket={folder}/run/api.sock",
                $"--Http:Root={folder}/http",
            ];
            var clock = Stopwatch.StartNew();
            await using var appliance = lab.Home.Start(
                ["unshare", "--mount", "sh", "-c", hide, "sh", .. unprivileged, "env", "-i", Path.Combine(folder, "bootappliance"), .. settings], "the published appliance");
            await appliance.Output.WaitForLine(line => line.Contains("ready: "), TimeSpan.FromSeconds(30), SystemTest.Cancellation);
            (await lab.Home.Run("curl", "-sf", "http://192.0.2.1/boot.ipxe")).ShouldStartWith("#!ipxe");
            output.WriteLine($"start to first answer, process creation included: {clock.ElapsedMilliseconds} ms");

            await using var client = await lab.ConnectAsync();
            await using var udhcpc = client.Start(["busybox", "udhcpc", "-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true"], "udhcpc");
            await udhcpc.Output.WaitForLine(line => line.Contains("obtained from 192.0.2.1"), TimeSpan.FromSeconds(60), SystemTest.Cancellation);
            output.WriteLine($"resident memory at its highest: {appliance.PeakMemory / 1024 / 1024} MiB");

            // Without a home, a temporary folder or anything else, it has written only where it was told to.
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order().ShouldBe(["bootappliance", "data", "run"]);
            (await ChildProcess.Run([Path.Combine(folder, "bootappliance"), "lease", "list", .. settings], SystemTest.Cancellation)).ShouldContain("192.0.2.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
