using System.Net;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>That a node is taken into no state in which it would boot nothing: what the drivers refuse is what the plan cannot do.</summary>
public sealed class BootJudgeTests
{
    private static readonly BootPolicy policy = new() { Address = IPAddress.Parse("192.0.2.1") };

    private static readonly NodeInterfaces byHttp = new() { Boot = "http" };

    [Theory]
    [InlineData("""{"kernel": "k"}""", null)]
    [InlineData("""{"kernel": "k", "ramdisk": ["a", "b"]}""", null)]
    [InlineData("""{"boot_iso": "live.iso"}""", null)]
    [InlineData("""{"boot_iso": "", "kernel": "k"}""", null)]
    [InlineData("""{"kernel": "k", "ramdisk": ""}""", null)]
    [InlineData("{}", "Missing are: ['kernel']")]
    [InlineData("""{"kernel": " ", "ramdisk": "r"}""", "Missing are: ['kernel']")]
    [InlineData("""{"boot_iso": " "}""", "Missing are: ['kernel']")]
    [InlineData("""{"boot_iso": "../x.iso", "kernel": "k"}""", "instance_info/boot_iso: '../x.iso' leaves the image folder")]
    [InlineData("""{"kernel": "ftp:///boot/vmlinuz"}""", "instance_info/kernel: 'ftp:///boot/vmlinuz' cannot be fetched")]
    [InlineData("""{"kernel": "k", "ramdisk": "a\\b"}""", "instance_info/ramdisk: ")]
    [InlineData("""{"kernel": "k", "kernel_append_params": "a || shell"}""", "instance_info/kernel_append_params: ")]
    public void Deploy_IsRefused_WhereTheActiveNodeWouldBootNothing(string instance, string? problem)
    {
        var node = World.Demo(ProvisionState.Available, instance);
        var (world, types) = Judge(node);

        var refusal = types.Problem(node, InterfaceKind.Deploy);

        if (problem is null) refusal.ShouldBeNull();
        else refusal.ShouldNotBeNull().ShouldContain(problem);
        (world.Resolver.Plan(node with { ProvisionState = ProvisionState.Active }) is BootPlan.Nothing).ShouldBe(problem is not null);
    }

    [Theory]
    [InlineData("""{"deploy_kernel": "k", "deploy_ramdisk": "r"}""", null)]
    [InlineData("""{"deploy_kernel": "k"}""", "Missing are: ['deploy_ramdisk']")]
    [InlineData("""{"deploy_kernel": "", "deploy_ramdisk": ""}""", "Missing are: ['deploy_kernel', 'deploy_ramdisk']")]
    [InlineData("""{"deploy_kernel": "k", "deploy_ramdisk": "/../r"}""", "Cannot validate PXE bootloader. driver_info/deploy_ramdisk: '/../r' leaves the image folder")]
    public void Inspection_IsRefused_WhereTheWaitingNodeWouldBootNothing(string driver, string? problem)
    {
        var node = World.Demo(ProvisionState.Manageable) with { DriverInfo = JsonFields.Parse(driver) };
        var (world, types) = Judge(node);

        var refusal = types.Problem(node, InterfaceKind.Inspect);

        if (problem is null) refusal.ShouldBeNull();
        else refusal.ShouldNotBeNull().ShouldContain(problem);
        (world.Resolver.Plan(node with { ProvisionState = ProvisionState.InspectWait }) is BootPlan.Nothing).ShouldBe(problem is not null);
    }

    public static TheoryData<string, Node> NodesWithGrub => new()
    {
        { "boot interface http", Iso() with { Interfaces = byHttp } },
        { "Secure Boot", Iso() with { Properties = JsonFields.Parse("""{"capabilities": "boot_mode:uefi,secure_boot:true"}""") } },
        { "Secure Boot on arm64", Iso() with { Properties = JsonFields.Parse("""{"cpu_arch": "aarch64", "capabilities": {"secure_boot": "true"}}""") } },
        { "its own loader", Iso() with { DriverInfo = JsonFields.Parse("""{"boot_loader": "signed/shimx64.efi"}"""), Properties = JsonFields.Parse("""{"cpu_arch": "riscv64"}""") } },
    };

    [Theory]
    [MemberData(nameof(NodesWithGrub))]
    public void Iso_IsRefused_WhereTheNodeLoadsGrub(string why, Node node)
    {
        var (world, types) = Judge(node);

        types.Problem(node, InterfaceKind.Deploy).ShouldNotBeNull(why).ShouldContain("GRUB cannot boot a disc image");
        world.Resolver.BootsNow(node, looksAtImages: true).ShouldContain("boots nothing from the network: instance_info/boot_iso needs iPXE", customMessage: why);
        world.Resolver.Plan(node).ShouldBeOfType<BootPlan.Nothing>(why);
    }

    [Fact]
    public void Iso_IsBooted_WhereTheNodeLoadsIpxe()
    {
        // No loader is signed for BIOS, so there Secure Boot changes nothing.
        var bios = Iso() with { Properties = JsonFields.Parse("""{"capabilities": "boot_mode:bios,secure_boot:true"}""") };
        foreach (var node in new[] { Iso(), bios, Iso() with { Interfaces = new() { Boot = "http-ipxe" } } })
        {
            var (world, types) = Judge(node);
            types.Problem(node, InterfaceKind.Deploy).ShouldBeNull();
            world.Resolver.BootsNow(node, looksAtImages: true).ShouldBe("node demo in state 'active' boots its instance ISO from the network");
        }
    }

    private static Node Iso() => World.Demo(ProvisionState.Active, """{"boot_iso": "live.iso"}""");

    private static (World World, HardwareTypes Types) Judge(Node node)
    {
        var world = new World(policy, node);
        return (world, HardwareTypes.BuiltIn(world.Resolver, new InstanceImages(world.Resolver, world.Delivery, world.Events, world.Time)));
    }
}
