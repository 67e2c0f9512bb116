using System.Diagnostics;
using System.Net;
using BootAppliance.Commands;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests;

/// <summary>Every command against the real management plane, from its arguments to its words and exit status.</summary>
public sealed class ManagementCommandTests : IAsyncLifetime
{
    private const string Mac = "52:54:00:12:34:56";
    private const string OtherMac = "52:54:00:12:34:57";

    private readonly CommandRig rig = new();
    private ManagementServer server = null!;

    public async ValueTask InitializeAsync() => server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        rig.Dispose();
    }

    [Fact]
    public async Task Node_GoesThroughItsLife()
    {
        const string Idle = "boots now: node demo boots nothing from the network: state 'available' has no network boot";
        const string Boots = "node demo in state 'active' boots its instance kernel from the network";

        (await rig.OutputOfAsync("node", "list")).ShouldStartWith("There are no nodes yet");
        (await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", "quiet", "--arch", "x86_64"))
            .ShouldBe($"demo was added, and is available\n{Idle}");
        (await rig.OutputOfAsync("node", "deploy", "demo")).ShouldBe($"demo is active\nboots now: {Boots}");
        (await rig.OutputOfAsync("node", "list")).ShouldBe($"""
            NAME  STATE   MAC ADDRESSES      BOOTS NOW
            demo  active  {Mac}  {Boots}
            """);
        (await rig.OutputOfAsync("node", "show", Mac)).ShouldBe($"""
            demo
              State             active
                since           12:30:00.0
              Boots now         {Boots}
              MAC addresses     {Mac}
              Driver            manual-management
              Boot interface    ipxe
              Deploy interface  ramdisk
              Instance          kernel = vmlinuz
                                ramdisk = ["initrd.img"]
                                kernel_append_params = quiet
              Properties        cpu_arch = x86_64
              UUID              {server.Nodes.FindByName("demo")!.Uuid}
              Created           12:30:00.0
              Changed           12:30:00.0

            Newest boot: nothing was seen of this machine
              … waiting for: a DHCPDISCOVER of the machine
            """);
        (await rig.OutputOfAsync("node", "rebuild", "demo")).ShouldBe($"demo is active\nboots now: {Boots}");
        (await rig.OutputOfAsync("node", "undeploy", "demo")).ShouldBe($"demo is available\n{Idle}");
        (await rig.OutputOfAsync("node", "manage", "demo")).ShouldStartWith("demo is manageable\n");
        (await rig.OutputOfAsync("node", "provide", "demo")).ShouldBe($"demo is available\n{Idle}");
        (await rig.OutputOfAsync("node", "set", "demo", "--name", "box", "--mac", Mac, OtherMac)).ShouldStartWith("box was changed, and is available\n");
        (await rig.OutputOfAsync("node", "remove", OtherMac)).ShouldBe($"{OtherMac} was removed");
        server.Nodes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Node_BootsADiscImage_UntilItIsGivenAKernel()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--iso", "debian.iso", "--deploy");
        (await rig.OutputOfAsync("node", "show", "demo")).ShouldContain("boots its instance ISO from the network");

        (await rig.RunAsync("node", "set", "demo", "--iso", "other.iso", "--kernel", "vmlinuz")).Error.ShouldBe("a node boots a kernel or a disc image: name one of them");
        await rig.OutputOfAsync("node", "set", "demo", "--kernel", "vmlinuz");
        (await rig.OutputOfAsync("node", "show", "demo")).ShouldContain("boots its instance kernel from the network");
    }

    [Fact]
    public async Task Abort_EndsWhatANodeWaitsFor()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz");
        var uuid = server.Nodes.FindByName("demo")!.Uuid;
        await server.Nodes.ApplyAsync(uuid, ProvisionEvent.Deploy);
        await server.Nodes.ApplyAsync(uuid, ProvisionEvent.Wait);

        (await rig.OutputOfAsync("node", "abort", "demo")).ShouldStartWith("demo is deploy failed → active\n");
    }

    [Theory]
    [InlineData("Node nobody could not be found.", "node", "show", "nobody")]
    [InlineData("Node nobody could not be found.", "node", "deploy", "nobody")]
    [InlineData("Node nobody could not be found.", "boot", "preview", "--node", "nobody")]
    [InlineData("Node nobody could not be found.", "event", "watch", "--node", "nobody")]
    [InlineData($"A port with MAC address {Mac} already exists: it belongs to node demo.", "node", "add", "other", "--mac", "52-54-00-12-34-56")]
    [InlineData("A node with name Demo already exists.", "node", "add", "Demo", "--mac", OtherMac)]
    [InlineData("'52:54:00:12:34' is not a MAC address: write it as 52:54:00:12:34:56", "node", "add", "other", "--mac", "52:54:00:12:34")]
    [InlineData("'x' is not a MAC address: write it as 52:54:00:12:34:56", "event", "list", "--mac", "x")]
    [InlineData("a node without a kernel or a disc image has nothing to be deployed with", "node", "add", "other", "--mac", OtherMac, "--deploy")]
    [InlineData("No discovered machine has the MAC address 52:54:00:00:00:09.", "node", "adopt", "52:54:00:00:00:09", "found")]
    [InlineData("there is no lease for 192.0.2.9", "lease", "release", "192.0.2.9")]
    [InlineData("'x' is not an IP address", "lease", "release", "x")]
    public async Task Refusal_IsSaidAndFails(string reason, params string[] command)
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);

        (await rig.RunAsync(command)).ShouldBe((CommandLine.Failure, "", reason));
        server.Nodes.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("deploy", "Missing are: ['kernel']")]
    [InlineData("rebuild", "The requested action \"rebuild\" can not be performed on node")]
    [InlineData("abort", "while it is in state \"available\".")]
    public async Task Verb_ThatTheNodeDoesNotAllow_IsRefused(string verb, string part)
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);

        var (status, output, error) = await rig.RunAsync("node", verb, "demo");

        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldContain(part);
        server.Nodes.FindByName("demo")!.ProvisionState.ShouldBe(ProvisionState.Available);
    }

    [Fact]
    public async Task Verb_ThatEndsInAFailure_SaysWhy_AndFailsTheCommand()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);
        await rig.OutputOfAsync("node", "manage", "demo");
        var uuid = server.Nodes.FindByName("demo")!.Uuid;

        (await rig.RunAsync("node", "clean", "demo", "--steps", """[{"interface": "deploy", "step": "erase_devices", "args": {"password": "hidden"}}]""")).ShouldBe((CommandLine.Failure, "",
            $"demo is clean failed → manageable: Cannot clean node {uuid}: node does not support this clean step: {{'interface': 'deploy', 'step': 'erase_devices'}}"));
        (await rig.RunAsync("node", "clean", "demo", "--steps", "[7]")).Error.ShouldBe("steps are a list of objects, each with interface, step and args");
    }

    [Fact]
    public async Task Secrets_OfANode_AreNotReadBack()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);
        await server.Nodes.UpdateAsync(server.Nodes.FindByName("demo")!.Uuid, node => node with
        {
            InstanceInfo = JsonFields.Parse("""{"configdrive": "H4sI", "rescue_password": "hidden"}"""),
            DriverInfo = JsonFields.Parse("""{"redfish_password": "hidden", "redfish_username": "root"}"""),
        });

        var shown = await rig.OutputOfAsync("node", "show", "demo", "--json");

        shown.ShouldNotContain("hidden");
        shown.ShouldNotContain("H4sI");
        shown.ShouldContain("\"redfish_username\": \"root\"");
    }

    [Fact]
    public async Task Discovered_BecomesANode()
    {
        (await rig.OutputOfAsync("node", "discovered")).ShouldStartWith("No unknown machine was recorded");
        MacAddress.TryParse(Mac, out var mac).ShouldBeTrue();
        await server.Discovered.ReportAsync(new DiscoveredMachine { Macs = [mac], Address = IPAddress.Parse("192.0.2.100"), Architecture = "x86_64", Manufacturer = "Maker", SystemUuid = Guid.Parse("03de0294-0480-0506-f806-d50700080009") });

        (await rig.OutputOfAsync("node", "discovered")).ShouldBe($"""
            MAC ADDRESSES      ADDRESS      ARCHITECTURE  MANUFACTURER  PRODUCT  SERIAL  LAST SEEN
            {Mac}  192.0.2.100  x86_64        Maker                          12:30:00.0
            """);
        (await rig.OutputOfAsync("node", "discovered", "--json")).ShouldMatch("\"uuid\": \"03de0294-0480-0506-f806-d50700080009\",\n *\"uuid_swapped\": \"9402de03-8004-0605-f806-d50700080009\"");
        (await rig.OutputOfAsync("node", "adopt", Mac, "found")).ShouldStartWith("found was added, and is available\n");
        (await rig.OutputOfAsync("node", "discovered")).ShouldStartWith("No unknown machine was recorded");
        (await rig.OutputOfAsync("node", "show", "found")).ShouldContain(Mac);
    }

    [Fact]
    public async Task Loader_AndReplyForm_OfANode_AreSetAndTakenBack()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--loader", "snponly.efi", "--reply-form", "plain");
        (await rig.OutputOfAsync("boot", "preview", "--node", "demo")).ShouldContain("1. dhcp: snponly.efi\n   because UEFI x64 PXE loads snponly.efi by TFTP, which driver_info/boot_loader of node demo names; the answer has neither option 60 nor 43: a plain DHCP answer with a file, as the node's driver_info/boot_reply_form plain asks for\n");
        await rig.OutputOfAsync("node", "set", "demo", "--loader", "", "--reply-form", "automatic");
        (await rig.OutputOfAsync("boot", "preview", "--node", "demo")).ShouldContain("1. dhcp: ipxe.efi\n   because UEFI x64 PXE loads ipxe.efi by TFTP; the answer has neither option 60 nor 43: a plain DHCP answer with a file\n");
    }

    [Fact]
    public async Task Vlan_OfANode_IsSetAndTakenBack()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--vlan", "5");
        (await rig.OutputOfAsync("boot", "preview", "--node", "demo")).ShouldContain("   | vcreate --tag 5 net${nic} || goto any_nic\n");
        (await rig.RunAsync("node", "set", "demo", "--vlan", "4095")).ShouldBe((CommandLine.Failure, "", "driver_info/boot_vlan of node demo is \"4095\", which is not a VLAN from 1 to 4094."));
        await rig.OutputOfAsync("node", "set", "demo", "--vlan", "");
        (await rig.OutputOfAsync("boot", "preview", "--node", "demo")).ShouldNotContain("vcreate");
    }

    [Fact]
    public async Task Preview_ShowsTheFilesOfTheOperator_AndALoaderThatIsNowhere()
    {
        await File.WriteAllTextAsync(Path.Combine(server.OwnFolder, "autoexec.ipxe"), "#!ipxe\nchain http://198.18.0.9/mine\n", TestContext.Current.CancellationToken);
        var output = await rig.OutputOfAsync("boot", "preview", "--mac", Mac);
        output.ShouldContain("autoexec: autoexec.ipxe\n   because an iPXE for UEFI looks for it beside itself and runs it first; it is a file of the operator's below Tftp:Root");
        output.ShouldContain("   | chain http://198.18.0.9/mine");

        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--loader", "nowhere.efi");
        (await rig.OutputOfAsync("boot", "preview", "--node", "demo")).ShouldContain("2. tftp: nowhere.efi (not found)\n   because it is neither below Tftp:Root nor inside the program");
    }

    [Theory]
    [InlineData("dhcp: undionly.kpxe", "--firmware", "bios")]
    [InlineData("dhcp: ipxe.efi", "--firmware", "uefi")]
    [InlineData("dhcp: http://192.0.2.1/firmware/ipxe.efi", "--firmware", "http")]
    [InlineData("dhcp: ipxe-arm64.efi", "--arch", "aarch64")]
    [InlineData("dhcp: ipxe-arm64.efi", "--arch", "11")]
    [InlineData("dhcp: ipxe.efi", "--arch", "X64Uefi")]
    [InlineData("ipxe dhcp: http://192.0.2.1/boot.ipxe", "--ipxe")]
    public async Task Preview_BeginsWithWhatThatFirmwareIsOffered_AndEndsInTheScriptOfTheNode(string offer, params string[] options)
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--deploy");

        var lines = (await rig.OutputOfAsync(["boot", "preview", "--node", "demo", .. options])).Split('\n');

        lines[0].ShouldBe($"demo (active), {Mac}");
        lines[2].ShouldBe($"1. {offer}");
        lines.ShouldContain(line => line.EndsWith(". script: http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("   | kernel --name kernel http://192.0.2.1/images/vmlinuz ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dnsmasq", "dhcp-boot=tag:boot-as-own1-6,snponly.efi,192.0.2.1,192.0.2.1")]
    [InlineData("kea", "\"boot-file-name\": \"snponly.efi\",")]
    [InlineData("isc", "filename \"snponly.efi\";")]
    [InlineData("neutron", "value=snponly.efi,ip-version=4' \\")]
    public async Task Export_HasTheLoaderOfTheNode_AndWarnsOfWhatWouldNotWork(string format, string part)
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--loader", "snponly.efi");

        var (status, output, error) = await rig.RunAsync("dhcp", "export", "--format", format);

        (status, error).ShouldBe((CommandLine.Success, """
            warning: Dhcp:Mode is Pool: set it to Off before the other server uses this, or machines get two answers
            warning: Tftp:Port is 6900: firmware asks port 69 only
            """));
        output.ShouldContain(part);
        output.ShouldNotContain("192.0.2.200");
    }

    [Fact]
    public async Task Preview_OfFirmwareThatDoesNotExist_IsRefused()
    {
        var (status, output, error) = await rig.RunAsync("boot", "preview", "--mac", Mac, "--arch", "aarch64", "--firmware", "bios");

        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldStartWith("there is no firmware 'bios' for 'aarch64'");
    }

    [Fact]
    public async Task Events_AreListed_AndSeenLive()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);
        (await rig.OutputOfAsync("event", "list", "--node", "demo")).ShouldBe("12:30:00.0  demo  -                  Node demo was added.");

        // Watching begins at the appliance a moment after its command: what happens until then is only in the list.
        var watching = rig.OutputOfAsync("event", "watch", "--limit", "1");
        for (var i = 1; !watching.IsCompleted; i++) await rig.OutputOfAsync("node", "set", Mac, "--name", $"demo{i}");

        (await watching).ShouldMatch(@"^12:30:00\.0  demo\d+ +-  +Node demo\d+ was changed\.$");
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_EndsQuietly_WhenNobodyReadsItAnyMore()
    {
        string[] command = ["-c", "{ \"$0\" event watch --config \"$1\"; echo \"status $?\" >&2; } | head -n 1", Path.Combine(AppContext.BaseDirectory, "bootappliance"), rig.Config];
        using var shell = Process.Start(new ProcessStartInfo("sh", command) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var end = TestContext.Current.CancellationToken.Register(() => shell.Kill(entireProcessTree: true));
        var ended = shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);

        for (var i = 1; !ended.IsCompleted; i++) await rig.OutputOfAsync("node", "set", Mac, "--name", $"demo{i}");

        (await shell.StandardOutput.ReadToEndAsync()).ShouldMatch(@"^.+ was (added|changed)\.\n$");
        (await shell.StandardError.ReadToEndAsync()).ShouldBe("status 0\n");
    }

    [Fact]
    public async Task Lease_IsListed_AndReleased()
    {
        await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac);
        (await rig.OutputOfAsync("lease", "list")).ShouldBe("No address is held");
        var client = new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]);
        await server.Leases.AcknowledgeAsync(server.Subnet, client, IPAddress.Parse("192.0.2.100"), TimeSpan.FromHours(1), "host");

        (await rig.OutputOfAsync("lease", "list")).ShouldBe($"""
            ADDRESS      MAC ADDRESS        NODE  HOST NAME  STATE  UNTIL
            192.0.2.100  {Mac}  demo  host       bound  13:30:00.0
            """);
        (await rig.OutputOfAsync("lease", "list", "--json")).ShouldContain("\"client_identifier\": null");
        (await rig.OutputOfAsync("lease", "release", "192.0.2.100")).ShouldBe("192.0.2.100 is free");
        (await rig.OutputOfAsync("lease", "list")).ShouldBe("No address is held");
    }
}
