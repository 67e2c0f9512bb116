using System.Net;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>Whole GRUB configurations against the texts in Golden/, and what text from nodes may never do in them.</summary>
public sealed class GrubScriptTests
{
    private static readonly BootPolicy policy = new() { Address = IPAddress.Parse("192.0.2.1") };
    private static readonly GrubScripts grub = new(policy);
    private static readonly MacAddress mac = World.Parse(World.Mac);

    [Fact]
    public void CatchAll() => ScriptTests.Golden("catch-all.grub.cfg", grub.CatchAll());

    [Fact]
    public void Network() => ScriptTests.Golden("network.grub.cfg", Config(World.Demo(
        ProvisionState.Active, """{"kernel": "debian 12/vmlinuz", "ramdisk": ["initrd.img", "http://198.18.0.1:8080/extra.img"], "kernel_append_params": "console=ttyS0 quiet"}""")).Text!);

    [Fact]
    public void Network_WithoutInitrd() =>
        ScriptTests.Golden("network-kernel-only.grub.cfg", Config(World.Demo(ProvisionState.Active, """{"kernel": "vmlinuz"}""")).Text!);

    [Fact]
    public void Unknown() => ScriptTests.Golden("unknown.grub.cfg", grub.Unknown([mac], discovered: true));

    [Fact]
    public void LocalDisk() => ScriptTests.Golden("local-disk.grub.cfg", grub.LocalDisk("this machine's node is at rest"));

    [Fact]
    public void Problem() => ScriptTests.Golden("problem.grub.cfg", grub.Problem(World.Demo(ProvisionState.Enroll), "instance_info/kernel is not set"));

    [Fact]
    public void Looping() => ScriptTests.Golden("looping.grub.cfg", grub.Looping(new BootLoop("shimx64.efi", 3, TimeSpan.FromSeconds(42))));

    [Fact]
    public void CatchAll_NamesThePort_AndTheOperatorsProxy()
    {
        new GrubScripts(policy with { HttpPort = 8080 }).CatchAll().ShouldContain("source (http,192.0.2.1:8080)/boot/${net_default_mac}/grub.cfg\n");
        new GrubScripts(policy with { ConfigApiRootUrl = "http://198.18.0.9:6385/boot/" }).CatchAll().ShouldContain("source (http,198.18.0.9:6385)/boot/v1/boot/${net_default_mac}/grub.cfg\n    source (http,192.0.2.1)/boot/");
        new GrubScripts(policy with { ConfigApiRootUrl = "https://198.18.0.9/" }).CatchAll().ShouldBe(grub.CatchAll());
        new GrubScripts(policy with { UseBootConfigApi = false }).CatchAll().ShouldContain("source (http,192.0.2.1)/images/${net_default_mac}.conf\n");
    }

    [Theory]
    [InlineData("a=$HOME", "'a=$HOME'")]
    [InlineData("a;b", "'a;b'")]
    [InlineData("a|b&c", "'a|b&c'")]
    [InlineData("{a}<b>", "'{a}<b>'")]
    [InlineData("a=\"b c\" d", "'a=b c' 'd'")]
    [InlineData("  a   b ", "'a' 'b'")]
    [InlineData("console=ttyS0 # quiet", null)]
    public void Arguments_ReachTheKernel_EachAsOneWord(string arguments, string? words)
    {
        var answer = Config(Node(arguments));
        if (words is null) answer.Text.ShouldBeNull();
        else answer.Text!.ShouldContain($"if linux '(http,192.0.2.1)/images/vmlinuz' {words} 'BOOTIF=01-52-54-00-12-34-56'; then\n");
    }

    [Theory]
    [InlineData("a\\'; reboot; '", "GRUB would put a backslash before")]
    [InlineData("it's", "GRUB would put a backslash before the '")]
    [InlineData("a\\b", "GRUB would put a backslash before the \\")]
    [InlineData("a=\"b", "no second one")]
    [InlineData("a\nreboot", "control characters")]
    [InlineData("a=${net_default_mac}", "'${'")]
    public void Arguments_ThatGrubWouldChange_GiveNoScript_AndSayWhy(string arguments, string why)
    {
        var answer = Config(Node(arguments));
        answer.Text.ShouldBeNull();
        answer.Plan.ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldContain(why);
    }

    [Fact]
    public void Kernel_ThatGrubCannotLoad_IsNotNamedInItsScript()
    {
        var answer = Config(World.Demo(ProvisionState.Active, """{"kernel": "https://198.18.0.1/vmlinuz?token=secret"}"""));
        answer.Plan.ShouldBeOfType<BootPlan.Unavailable>().Problem.ShouldStartWith("https://198.18.0.1/vmlinuz?... is behind https, and its boot program loads over http only; ");
        (answer.Text + answer.Why).ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("vm'; reboot; 'linuz", "/images/vm%27%3B%20reboot%3B%20%27linuz'")]
    [InlineData("http://198.18.0.1/a'b;$c", "(http,198.18.0.1)/a%27b;%24c'")]
    public void Path_CannotLeaveItsQuotes(string kernel, string path) =>
        Config(World.Demo(ProvisionState.Active, $$"""{"kernel": "{{kernel}}"}""")).Text!.ShouldContain(path);

    [Fact]
    public void Label_AndProblem_CannotAddALine()
    {
        var text = grub.Problem(World.Demo(ProvisionState.Enroll) with { Name = "x'\nreboot\n'" }, "a'b\"c\\d\ne$f;g");
        text.Split('\n').ShouldAllBe(line => line.Length == 0 || line.StartsWith("# ") || line.StartsWith("echo '") || line == "sleep 30" || line == "exit 1");
        text.ShouldContain(@"a'\''b""c?d?e?f?g.'");
    }

    [Fact]
    public void Quote_RefusesWhatIsNotOneLine() => Should.Throw<ArgumentException>(() => GrubText.Quote("a\nb"));

    private static ScriptAnswer Config(Node node) => new World(nodes: node).Resolver.BootConfig(mac, "grub.cfg");

    private static Node Node(string arguments)
    {
        var node = World.Demo(ProvisionState.Active, """{"kernel": "vmlinuz"}""");
        return node with { InstanceInfo = node.InstanceInfo.With("kernel_append_params", (System.Text.Json.Nodes.JsonNode)arguments) };
    }
}
