using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Preview;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class PreviewTests
{
    private static readonly MacAddress mac = World.Parse(World.Mac);

    [Fact]
    public void Preview_ShowsEveryStage_OfANodeThatBoots()
    {
        var stages = Show(World.Demo(ProvisionState.Active), new DhcpServerSettings());
        stages.Select(stage => (stage.Stage, stage.Offer)).ShouldBe(
        [
            ("dhcp", "ipxe.efi"), ("tftp", "ipxe.efi"), ("autoexec", "autoexec.ipxe"), ("ipxe dhcp", "http://192.0.2.1/boot.ipxe"), ("catch-all", "http://192.0.2.1/boot.ipxe"),
            ("script", "http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe"),
        ]);
        stages[^1].Content!.ShouldContain("kernel --name kernel http://192.0.2.1/images/vmlinuz");
    }

    [Fact]
    public void Preview_EndsInTheFallback_WhenTheNodeHasNoScript()
    {
        var stages = Show(World.Demo(ProvisionState.Available), new DhcpServerSettings());
        stages[^2].Offer.ShouldEndWith("boot.ipxe (404)");
        stages[^1].Stage.ShouldBe("fallback");
        stages[^1].Content!.ShouldContain("sanboot");
    }

    [Fact]
    public void Preview_ShowsGrub_WhereSecureBootNeedsIt()
    {
        var node = World.Demo(ProvisionState.Active) with { Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}"""), DriverInfo = JsonFields.Parse("""{"boot_reply_form": "plain"}""") };
        var stages = Show(node, new DhcpServerSettings());
        stages.Select(stage => (stage.Stage, stage.Offer)).ShouldBe(
            [("dhcp", "shimx64.efi"), ("tftp", "shimx64.efi"), ("catch-all", "grub/grub.cfg"), ("script", "http://192.0.2.1/boot/52:54:00:12:34:56/grub.cfg")]);
        stages[0].Why.ShouldEndWith("since node demo has the capability secure_boot; the answer has neither option 60 nor 43: a plain DHCP answer with a file, as the node's driver_info/boot_reply_form asks for");
        stages[^1].Content!.ShouldContain("if linux '(http,192.0.2.1)/images/vmlinuz'");
        Show(node with { ProvisionState = ProvisionState.Available }, new DhcpServerSettings())[^1].Content!.ShouldContain("exit 1");
    }

    [Theory]
    [InlineData(DhcpMode.Proxy, BootClientKind.UefiPxe, false, true)]
    [InlineData(DhcpMode.Off, BootClientKind.UefiPxe, false, true)]
    [InlineData(DhcpMode.Proxy, BootClientKind.UefiPxe, true, false)]
    [InlineData(DhcpMode.Proxy, BootClientKind.HttpBoot, false, false)]
    [InlineData(DhcpMode.Pool, BootClientKind.UefiPxe, false, false)]
    public void Preview_Warns_WhereGrubWouldAskAnotherServer(DhcpMode mode, BootClientKind firmware, bool reserved, bool warned)
    {
        var node = World.Demo(ProvisionState.Active) with { Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}""") };
        var subnet = new Subnet
        {
            Prefix = IPNetwork.Parse("192.0.2.0/24"),
            Reservations = reserved ? [new Reservation(World.Client(BootClientKind.None).HardwareAddress, IPAddress.Parse("192.0.2.10"))] : [],
        };
        var preview = new BootPreview(new World(nodes: node).Resolver, new DhcpServerSettings { Mode = mode, Subnets = [subnet] });
        var stages = preview.Show(mac, firmware, firmware == BootClientKind.HttpBoot ? ClientArchitecture.X64UefiHttp : ClientArchitecture.X64Uefi);
        stages.Single(stage => stage.Stage == "catch-all").Why.Contains("that other DHCP server must name this appliance").ShouldBe(warned);
    }

    [Theory]
    [InlineData(DhcpMode.Pool, BootClientKind.BiosPxe, "; the answer has option 60 PXEClient and option 43 060108ff: it loads this file at once")]
    [InlineData(DhcpMode.Pool, BootClientKind.UefiPxe, "; the answer has neither option 60 nor 43: a plain DHCP answer with a file")]
    [InlineData(DhcpMode.Proxy, BootClientKind.UefiPxe, "; the answer has option 60 PXEClient and no option 43: it asks port 4011 for this file")]
    [InlineData(DhcpMode.Pool, BootClientKind.HttpBoot, "loads ipxe.efi by HTTP")]
    public void Preview_SaysInWhichFormTheAnswerIs(DhcpMode mode, BootClientKind firmware, string words)
    {
        var architecture = firmware switch { BootClientKind.BiosPxe => ClientArchitecture.X86Bios, BootClientKind.HttpBoot => ClientArchitecture.X64UefiHttp, _ => ClientArchitecture.X64Uefi };
        new BootPreview(new World().Resolver, new DhcpServerSettings { Mode = mode }).Show(mac, firmware, architecture)[0].Why.ShouldEndWith(words);
    }

    [Fact]
    public void Preview_ShowsTheDiagnosis_OfAMachineInABootLoop()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active));
        for (var i = 0; i < 3; i++) world.Guard.LoaderSent(mac, "ipxe.efi");
        var stages = new BootPreview(world.Resolver, new DhcpServerSettings()).Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);
        stages[^1].Why.ShouldStartWith("boot loop");
        stages.Single(stage => stage.Stage == "catch-all").Content!.ShouldContain("boot loop");
    }

    [Theory]
    [InlineData(AnswerPolicy.Known, DhcpMode.Pool, "neither a node nor has it a reservation")]
    [InlineData(AnswerPolicy.All, DhcpMode.Reservations, "no reservation")]
    public void Preview_EndsAtOnce_WhenTheMachineIsNotAnswered(AnswerPolicy answer, DhcpMode mode, string why)
    {
        var stage = Show(null, new DhcpServerSettings { Answer = answer, Mode = mode }).ShouldHaveSingleItem();
        stage.Offer.ShouldBe("no answer");
        stage.Why.ShouldContain(why);
    }

    [Fact]
    public void Preview_AnswersAMachineWithAReservation()
    {
        var subnet = new Subnet
        {
            Prefix = IPNetwork.Parse("192.0.2.0/24"),
            Reservations = [new Reservation(World.Client(BootClientKind.None).HardwareAddress, IPAddress.Parse("192.0.2.10"))],
        };
        Show(null, new DhcpServerSettings { Answer = AnswerPolicy.Known, Mode = DhcpMode.Reservations, Subnets = [subnet] }).Count.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void Preview_SaysThatAnotherServerMustAnswer_WhenDhcpIsOff() =>
        Show(null, new DhcpServerSettings { Mode = DhcpMode.Off })[0].Why.ShouldContain("Dhcp:Mode is Off");

    [Fact]
    public void Preview_FollowsTheOperatorsUrls()
    {
        var policy = new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), ConfigApiRootUrl = "http://198.18.0.9:8080" };
        Show(World.Demo(ProvisionState.Active), new DhcpServerSettings(), policy)[^1].Offer.ShouldBe("http://198.18.0.9:8080/v1/boot/52-54-00-12-34-56/boot.ipxe");
        Show(World.Demo(ProvisionState.Active), new DhcpServerSettings(), policy with { UseBootConfigApi = false })[^1].Offer.ShouldBe("http://192.0.2.1/images/pxelinux.cfg/52-54-00-12-34-56");
    }

    private static IReadOnlyList<PreviewStage> Show(Node? node, DhcpServerSettings dhcp, BootPolicy? policy = null)
    {
        var world = node is null ? new World(policy) : new World(policy, node);
        return new BootPreview(world.Resolver, dhcp).Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);
    }
}
