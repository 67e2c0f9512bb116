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

    [Theory]
    [InlineData(ProvisionState.InspectWait, "http://192.0.2.1/v1/continue_inspection", "posts there what it finds on the machine, which ends the inspection")]
    [InlineData(ProvisionState.CleanWait, "http://192.0.2.1/v1/lookup", "looks its node up there, and then reports with a heartbeat")]
    [InlineData(ProvisionState.RescueWait, "http://192.0.2.1/v1/lookup", "looks its node up there, and then reports with a heartbeat")]
    [InlineData(ProvisionState.Active, null, "")]
    [InlineData(ProvisionState.Available, null, "")]
    public void Preview_EndsWithWhatTheAgentAsks_WhereOneBoots(ProvisionState state, string? asked, string why)
    {
        var node = World.Demo(state);
        node = node with { DriverInfo = JsonFields.Parse("""{"deploy_kernel": "k", "deploy_ramdisk": "r", "rescue_kernel": "k", "rescue_ramdisk": "r"}""") };
        foreach (var machine in new[] { node, node with { Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}""") } })
        {
            var last = Show(machine, new DhcpServerSettings())[^1];
            (last.Stage == "agent").ShouldBe(asked is not null, last.Stage);
            if (asked is null) continue;
            last.Offer.ShouldBe(asked);
            last.Why.ShouldBe($"the agent in the ramdisk {why}");
        }
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
        stages[0].Why.ShouldEndWith("since node demo has the capability secure_boot; the answer has neither option 60 nor 43: a plain DHCP answer with a file, as the node's driver_info/boot_reply_form plain asks for");
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
            Pools = [new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.200"))],
            Reservations = reserved ? [new Reservation(World.Client(BootClientKind.None).HardwareAddress, IPAddress.Parse("192.0.2.10"))] : [],
        };
        var preview = Preview(new World(nodes: node), new DhcpServerSettings { Mode = mode, Subnets = [subnet] });
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
        Preview(new World(), new DhcpServerSettings { Mode = mode }).Show(mac, firmware, architecture)[0].Why.ShouldEndWith(words);
    }

    [Fact]
    public void Preview_ShowsTheDiagnosis_OfAMachineInABootLoop()
    {
        var world = new World(nodes: World.Demo(ProvisionState.Active));
        for (var i = 0; i < 3; i++) world.Guard.LoaderSent(mac, "ipxe.efi");
        var stages = Preview(world, new DhcpServerSettings()).Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);
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

    [Fact]
    public void Preview_AsksEverySubnet_AndSaysWhichOneAnswers()
    {
        var known = Wire("192.0.2", AnswerPolicy.Known);
        var all = Wire("198.51.100", AnswerPolicy.All);
        var stages = Show(null, new DhcpServerSettings { Subnets = [known, all] });
        (stages[0].Stage, stages[0].Offer).ShouldBe(("subnet", "198.51.100.0/24"));
        stages[0].Why.ShouldStartWith("only there it is answered; In 192.0.2.0/24: The machine is neither a node nor has it a reservation");
        stages.Count.ShouldBeGreaterThan(4);
        Show(null, new DhcpServerSettings { Subnets = [known] }).ShouldHaveSingleItem().Offer.ShouldBe("no answer");
        Show(null, new DhcpServerSettings { Mode = DhcpMode.Proxy, Subnets = [known] })[0].Offer.ShouldBe("any other network");
    }

    [Theory]
    [InlineData("192.0.2.150", "no answer")]
    [InlineData("198.51.100.150", "ipxe.efi")]
    public void Preview_AsksTheSubnetOfTheLease(string leased, string offer)
    {
        var dhcp = new DhcpServerSettings { Subnets = [Wire("192.0.2", AnswerPolicy.Known), Wire("198.51.100", AnswerPolicy.All)] };
        Preview(new World(), dhcp, IPAddress.Parse(leased)).Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi)[0].Offer.ShouldBe(offer);
    }

    [Fact]
    public void Preview_AsksTheWireOfTheReservation()
    {
        var refusing = Wire("192.0.2", AnswerPolicy.None);
        var reserving = Wire("198.51.100", AnswerPolicy.Known) with { Reservations = [new Reservation(World.Client(BootClientKind.None).HardwareAddress, IPAddress.Parse("198.51.100.10"))] };
        Show(null, new DhcpServerSettings { Subnets = [refusing, reserving] })[0].Offer.ShouldBe("ipxe.efi");
        var shared = Show(null, new DhcpServerSettings { Subnets = [refusing with { SharedNetwork = "lab" }, reserving with { SharedNetwork = "lab" }] });
        shared[0].Why.ShouldContain("In 192.0.2.0/24: Nobody is answered in this subnet");
    }

    [Fact]
    public void Preview_EndsAtOnce_InASubnetWithoutAPool() =>
        Show(null, new DhcpServerSettings { Subnets = [Wire("192.0.2", AnswerPolicy.All) with { Pools = [] }] }).ShouldHaveSingleItem().Why.ShouldContain("no reservation");

    [Fact]
    public void Preview_ShowsTheOperatorsFile_BesideTheLoader()
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse("""{"boot_loader": "own/snponly.efi"}""") };
        var world = new World(nodes: node);
        PreviewFile? Find(string path, MacAddress machine) => path switch
        {
            "own/snponly.efi" => new PreviewFile(null, IsOperators: true),
            "own/autoexec.ipxe" => new PreviewFile("#!ipxe\necho mine\n", IsOperators: true),
            _ => null,
        };
        var preview = new BootPreview(world.Resolver, new DhcpServerSettings(), Leases(null), Find);
        foreach (var (firmware, architecture) in new[] { (BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), (BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp) })
        {
            var stage = preview.Show(mac, firmware, architecture).Single(stage => stage.Stage == "autoexec");
            (stage.Offer, stage.Content).ShouldBe(("own/autoexec.ipxe", "#!ipxe\necho mine\n"));
            stage.Why.ShouldContain("a file of the operator's below Tftp:Root");
        }
    }

    [Fact]
    public void Preview_ShowsTheOperatorsGrubConfiguration()
    {
        var world = new World(nodes: SecureBoot());
        var preview = new BootPreview(world.Resolver, new DhcpServerSettings(), Leases(null), (path, _) => new PreviewFile(path == "grub/grub.cfg" ? "echo mine" : null, IsOperators: true));
        var stage = preview.Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi).Single(stage => stage.Stage == "catch-all");
        stage.Content.ShouldBe("echo mine");
        stage.Why.ShouldContain("a file of the operator's below Tftp:Root");
    }

    [Fact]
    public void Preview_EndsAtALoaderThatIsNowhere()
    {
        var preview = new BootPreview(new World().Resolver, new DhcpServerSettings(), Leases(null), (_, _) => null);
        preview.Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi)[^1].ShouldSatisfyAllConditions(
            stage => stage.Offer.ShouldBe("ipxe.efi (not found)"),
            stage => stage.Why.ShouldContain("neither below Tftp:Root nor inside the program"));
    }

    [Theory]
    [InlineData("http://198.18.0.9:8080/", true, "(http,198.18.0.9:8080)/v1/boot/52:54:00:12:34:56/grub.cfg", "GRUB waits for half a minute on the 404")]
    [InlineData("https://198.18.0.9", true, "not asked", "GRUB loads over http only, and Boot:ConfigApiRootUrl is https://198.18.0.9")]
    [InlineData("", false, "(http,192.0.2.1)/images/52:54:00:12:34:56.conf", "GRUB waits for half a minute on the 404")]
    [InlineData("", true, null, null)]
    public void Preview_ShowsWhatGrubAsksFirst(string root, bool api, string? offer, string? why)
    {
        var policy = new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), ConfigApiRootUrl = root, UseBootConfigApi = api };
        var stages = Show(SecureBoot(), new DhcpServerSettings(), policy);
        var first = stages.SingleOrDefault(stage => stage.Stage == "first");
        first?.Offer.ShouldBe(offer);
        (first is null).ShouldBe(offer is null);
        if (why is not null) first!.Why.ShouldContain(why);

        // As the catch-all that GRUB is given has it.
        var sourced = (offer ?? "/v1/boot/").Replace(World.Mac, "${net_default_mac}");
        stages.Single(stage => stage.Stage == "catch-all").Content!.Contains("source " + sourced, StringComparison.Ordinal).ShouldBe(offer?.StartsWith('(') == true);
    }

    [Fact]
    public void Preview_SaysThatHttpBootTakesNoReplyForm()
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse("""{"boot_reply_form": "discovery_control"}""") };
        var why = Preview(new World(nodes: node), new DhcpServerSettings()).Show(mac, BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp)[0].Why;
        why.ShouldEndWith("; the node's driver_info/boot_reply_form discovery_control is for PXE only, and HTTP boot takes one form");
        Show(node, new DhcpServerSettings())[0].Why.ShouldEndWith("it loads this file at once, as the node's driver_info/boot_reply_form discovery_control asks for");
    }

    [Fact]
    public void Preview_SaysWhatARaspberryPiTakesNoNoticeOf()
    {
        var node = World.Demo(ProvisionState.Active) with
        {
            DriverInfo = JsonFields.Parse("""{"boot_reply_form": "plain", "boot_loader": "snponly.efi"}"""),
            Ports = [new Port { Address = World.Parse("b8:27:eb:01:02:03") }],
        };
        var stage = Preview(new World(nodes: node), new DhcpServerSettings()).Show(World.Parse("b8:27:eb:01:02:03"), BootClientKind.BiosPxe, ClientArchitecture.X86Bios).ShouldHaveSingleItem();
        stage.Offer.ShouldBe("bootcode.bin");
        stage.Why.ShouldEndWith("; it takes no notice of driver_info/boot_loader and driver_info/boot_reply_form of node demo");
    }

    private static Node SecureBoot() => World.Demo(ProvisionState.Active) with { Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}""") };

    private static Subnet Wire(string start, AnswerPolicy answer) => new()
    {
        Prefix = IPNetwork.Parse(start + ".0/24"),
        Answer = answer,
        Pools = [new AddressPool(IPAddress.Parse(start + ".100"), IPAddress.Parse(start + ".200"))],
    };

    private static IReadOnlyList<PreviewStage> Show(Node? node, DhcpServerSettings dhcp, BootPolicy? policy = null) =>
        Preview(node is null ? new World(policy) : new World(policy, node), dhcp).Show(mac, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);

    /// <summary>A preview of an appliance whose operator has no files of his own.</summary>
    private static BootPreview Preview(World world, DhcpServerSettings dhcp, IPAddress? leased = null) =>
        new(world.Resolver, dhcp, Leases(leased), (path, machine) => new PreviewFile(world.Resolver.Generate(path, machine)?.Text, IsOperators: false));

    private static LeaseTable Leases(IPAddress? leased) => new([], new OneLease(leased), new ManualTime(), []);

    private sealed class OneLease(IPAddress? address) : ILeaseStore
    {
        public IReadOnlyList<Lease> LoadLeases() =>
            address is null ? [] : [new Lease(address, World.Client(BootClientKind.None).HardwareAddress, LeaseState.Bound, new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), null)];

        public ValueTask SaveLeaseAsync(Lease lease) => ValueTask.CompletedTask;

        public Task RemoveLeaseAsync(IPAddress lease) => Task.CompletedTask;
    }
}
