using System.Net;
using System.Runtime.CompilerServices;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>Whole scripts against the texts in Golden/; <c>make golden</c> writes them anew.</summary>
public sealed class ScriptTests
{
    private static readonly BootPolicy policy = new() { Address = IPAddress.Parse("192.0.2.1") };

    [Fact]
    public void CatchAll() => Golden("catch-all.ipxe", CatchAllScript.Render(policy));

    [Fact]
    public void CatchAll_WithoutTheApi() => Golden("catch-all-files.ipxe", CatchAllScript.Render(policy with { UseBootConfigApi = false }));

    [Fact]
    public void CatchAll_LeadsToTheProxy_WhenOneIsSet() =>
        CatchAllScript.Render(policy with { ConfigApiRootUrl = "http://198.18.0.9:8080/" }).ShouldContain("chain --replace --autofree http://198.18.0.9:8080/v1/boot/${net${nic}/mac:hexhyp}/boot.ipxe");

    [Fact]
    public void Network_BootsKernelAndInitrds()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active, """{"kernel": "debian 12/vmlinuz", "ramdisk": ["initrd.img", "http://198.18.0.1/extra.img"], "kernel_append_params": "console=ttyS0 quiet"}"""));
        Golden("network.ipxe", world.Resolver.BootConfig(World.Parse(World.Mac), "boot.ipxe").Text!);
    }

    [Fact]
    public void Problem()
    {
        var node = World.Demo(ProvisionState.Enroll);
        Golden("problem.ipxe", new World(nodes: node).Resolver.IpxeConfig(node).Text!);
    }

    [Fact]
    public void Unknown() => Golden("unknown.ipxe", new IpxeScripts(policy).Unknown([World.Parse(World.Mac)], discovered: true));

    [Fact]
    public void Autoexec() => Golden("autoexec.ipxe", AutoexecScript.Render(policy));

    [Fact]
    public void Autoexec_AsksOnTheVlanOfTheNodeFirst_AndOnlyOfThatNode()
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse("""{"boot_vlan": 5}""") };
        var resolver = new World(nodes: node).Resolver;
        Golden("autoexec-vlan.ipxe", resolver.Generate("autoexec.ipxe", World.Parse(World.Mac))!.Text);
        resolver.Generate("autoexec.ipxe", World.Parse("52:54:00:00:00:01"))!.Text.ShouldBe(AutoexecScript.Render(policy));
    }

    [Fact]
    public void Looping() => Golden("looping.ipxe", new IpxeScripts(policy).Looping(new BootLoop("ipxe.efi", 3, TimeSpan.FromSeconds(42))));

    [Fact]
    public void LocalDisk() => Golden("local-disk.ipxe", new IpxeScripts(policy).LocalDisk("this machine is not a node"));

    [Theory]
    [InlineData("quiet splash", null)]
    [InlineData("a||b c&&d e;f x#y", null)]
    [InlineData("a || b", "'||'")]
    [InlineData("a && b", "'&&'")]
    [InlineData("a ; b", "';'")]
    [InlineData("a #b", "'#b'")]
    [InlineData("a\tb", "control characters")]
    [InlineData("a=${net0/mac}", "expanded by iPXE")]
    public void FindProblem_RefusesWhatIpxeWouldTakeForItself(string arguments, string? problem)
    {
        if (problem is null) IpxeText.FindProblem(arguments).ShouldBeNull();
        else IpxeText.FindProblem(arguments)!.ShouldContain(problem);
    }

    [Fact]
    public void Printable_LeavesNothingThatIpxeOrATerminalWouldRead() =>
        IpxeText.Printable("node \u001b[31m ${x} || && ; # \\\n").ShouldBe("node ?[31m ??x? ?? ?? ? ? ??");

    internal static void Golden(string name, string actual, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        actual.ShouldBe(File.ReadAllText(path));
    }
}
