using System.Net;
using System.Text.Json.Nodes;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class BootResolverTests
{
    private static readonly MacAddress mac = World.Parse(World.Mac);

    // Which of the 32 provision states gives a script, by way of the restricted boot configuration API and of ipxe_config.
    [Theory]
    [InlineData(ProvisionState.Active, "instance", "instance")]
    [InlineData(ProvisionState.DeployWait, "deploy", "deploy")]
    [InlineData(ProvisionState.CleanWait, "clean", "clean")]
    [InlineData(ProvisionState.InspectWait, "inspect", "inspect")]
    [InlineData(ProvisionState.RescueWait, "rescue", "rescue")]
    [InlineData(ProvisionState.ServiceWait, "service", "service")]
    [InlineData(ProvisionState.Deploying, null, "deploy")]
    [InlineData(ProvisionState.Cleaning, null, "clean")]
    [InlineData(ProvisionState.Inspecting, null, "inspect")]
    [InlineData(ProvisionState.Rescuing, null, "rescue")]
    [InlineData(ProvisionState.Rescue, null, "rescue")]
    [InlineData(ProvisionState.Servicing, null, "service")]
    [InlineData(ProvisionState.Unrescuing, null, "instance")]
    [InlineData(ProvisionState.Available, null, null)]
    [InlineData(ProvisionState.Enroll, null, null)]
    [InlineData(ProvisionState.Manageable, null, null)]
    [InlineData(ProvisionState.DeployFailed, null, null)]
    [InlineData(ProvisionState.Deleting, null, null)]
    [InlineData(ProvisionState.Error, null, null)]
    public void Scripts_FollowTheProvisionState(ProvisionState state, string? restricted, string? dynamic)
    {
        var node = World.Demo(state);
        var world = new World(nodes: node);
        Purpose(world.Resolver.BootConfig(mac, "boot.ipxe")).ShouldBe(restricted);
        Purpose(world.Resolver.IpxeConfig(node)).ShouldBe(dynamic);

        static string? Purpose(ScriptAnswer answer) =>
            answer is { Text: not null, Plan: BootPlan.Network plan } ? plan.Purpose.ToString().ToLowerInvariant() : null;
    }

    [Fact]
    public void BootConfig_FindsTheNode_ByAnyOfItsPorts()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active));
        world.Resolver.BootConfig(World.Parse("52-54-00-12-34-57"), "boot.ipxe").Text.ShouldNotBeNull();
        world.Resolver.BootConfig(World.Parse("52:54:00:12:34:58"), "boot.ipxe").Text.ShouldBeNull();
    }

    [Fact]
    public void BootConfig_HasNoOtherName()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active));
        world.Resolver.BootConfig(mac, "pxelinux.cfg").Text.ShouldBeNull();
    }

    [Fact]
    public void BootConfig_SendsAnInstanceOnTheDisk_ToItsDisk_WhenNotRestricted()
    {
        var node = World.Demo(ProvisionState.Active) with { Interfaces = new() { Deploy = "direct" } };
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), RestrictBootConfig = false }, node);
        world.Resolver.BootConfig(mac, "boot.ipxe").Text!.ShouldContain("sanboot --no-describe --drive 0x80 || exit");
        var restricted = new World(nodes: node);
        restricted.Resolver.BootConfig(mac, "boot.ipxe").Text.ShouldBeNull();
    }

    [Fact]
    public void IpxeConfig_PrintsTheProblem_WhenTheStateHasNoNetworkBoot()
    {
        var node = World.Demo(ProvisionState.Available);
        var world = new World(nodes: node);
        var answer = world.Resolver.IpxeConfig(node);
        answer.Plan.ShouldBeOfType<BootPlan.Nothing>();
        answer.Text!.ShouldContain("echo BootAppliance: node demo (11111111-2222-3333-4444-555555555555): state 'available' has no network boot.");
    }

    [Theory]
    [InlineData("""{}""", "instance_info/kernel is not set")]
    [InlineData("""{"kernel": "../../etc/shadow"}""", "leaves the image folder")]
    [InlineData("""{"kernel": "vmlinuz", "ramdisk": "ftp://x/y"}""", "instance_info/ramdisk")]
    [InlineData("""{"kernel": "vmlinuz", "kernel_append_params": "quiet || goto evil"}""", "'||' alone in kernel arguments")]
    [InlineData("""{"kernel": "vmlinuz", "kernel_append_params": "quiet\nkernel http://evil/"}""", "one line")]
    [InlineData("""{"kernel": "vmlinuz", "kernel_append_params": "x=${password}"}""", "expanded by iPXE")]
    public void BootConfig_GivesNothing_WhenTheNodeSaysSomethingUnfit(string instance, string problem)
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active, instance));
        var answer = world.Resolver.BootConfig(mac, "boot.ipxe");
        answer.Text.ShouldBeNull();
        answer.Plan.ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldContain(problem);
    }

    [Fact]
    public void Plan_UsesTheDefaultArguments_UnlessTheNodeHasItsOwn()
    {
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), KernelAppendParams = "nofb" });
        Arguments("""{"kernel": "k"}""").ShouldBe("nofb");
        Arguments("""{"kernel": "k", "kernel_append_params": "console=ttyS0"}""").ShouldBe("console=ttyS0");
        Arguments("""{"kernel": "k", "kernel_append_params": "a %default% b"}""").ShouldBe("a nofb b");

        string Arguments(string instance) => world.Resolver.Plan(World.Demo(ProvisionState.Active, instance)).ShouldBeOfType<BootPlan.Ramdisk>().Arguments;
    }

    [Theory]
    [InlineData("|%default%| shell")]
    [InlineData("x ;%default% chain http://198.51.100.1/")]
    [InlineData("$%default%{net0/mac}")]
    [InlineData("%default%# the rest")]
    public void Plan_TakesDefault_OnlyAsAWordOfItsOwn(string arguments)
    {
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1") });
        var node = World.Demo(ProvisionState.Active) with { InstanceInfo = JsonFields.Parse("""{"kernel": "k"}""").With("kernel_append_params", (JsonNode)arguments) };

        world.Resolver.Plan(node).ShouldBeOfType<BootPlan.Nothing>().Problem.ShouldContain("a word of its own");
    }

    [Theory]
    [InlineData(UnknownNodeAction.LocalBoot, "sanboot", "node add")]
    [InlineData(UnknownNodeAction.Error, "bootappliance node add NAME --mac 52:54:00:12:34:56", "node adopt")]
    [InlineData(UnknownNodeAction.Discover, "bootappliance node adopt 52:54:00:12:34:56 NAME", "node add")]
    public void Fallback_DoesWithAnUnknownMachine_WhatTheOperatorDecided(UnknownNodeAction action, string has, string hasNot)
    {
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), UnknownNode = action });
        var answer = world.Resolver.Fallback([mac]);
        answer.Text!.ShouldContain(has);
        answer.Text!.ShouldNotContain(hasNot);
    }

    [Fact]
    public void Fallback_GivesANodeItsScript_WhenTheFirstDownloadFailed() =>
        new World(nodes: World.Demo(ProvisionState.Active)).Resolver.Fallback([mac]).Text!.ShouldContain("kernel --name kernel");

    [Fact]
    public void Fallback_SendsAKnownNodeToItsDisk_WhateverUnknownMachinesGet()
    {
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), UnknownNode = UnknownNodeAction.Error }, World.Demo(ProvisionState.Available));
        var answer = world.Resolver.Fallback([World.Parse("52:54:00:00:00:01"), mac]);
        answer.Node!.Name.ShouldBe("demo");
        answer.Text!.ShouldContain("iseq ${platform} efi && exit 1 ||");
        answer.Text!.ShouldNotContain("demo");
    }

    [Theory]
    [InlineData(ProvisionState.Deploying, true, "gets no script in state 'deploying'")]
    [InlineData(ProvisionState.Active, false, "Boot:UseBootConfigApi is false")]
    public void Fallback_SaysThatItIsTheDisk_WhereTheNodesOwnPlanIsTheNetwork(ProvisionState state, bool api, string why)
    {
        var world = new World(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), UseBootConfigApi = api }, World.Demo(state));
        var answer = world.Resolver.Fallback([mac]);
        answer.Text!.ShouldContain("iseq ${platform} efi && exit 1 ||");
        answer.Plan.ShouldBeOfType<BootPlan.LocalDisk>();
        answer.Why.ShouldContain(why);
        world.Resolver.GrubConfig(mac).Plan.ShouldBeOfType<BootPlan.LocalDisk>();
    }
}
