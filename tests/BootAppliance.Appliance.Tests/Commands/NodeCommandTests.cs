using System.Net;
using BootAppliance.Commands;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Commands;

public sealed class NodeCommandTests : IDisposable
{
    private const string Demo = """
        {"uuid":"6f0fa5a5-6fd2-4d39-9bfa-6d9b6f0d2b11","name":"demo","provision_state":"wait call-back","target_provision_state":"active",
         "power_state":null,"driver":"fake-hardware","boot_interface":"ipxe","deploy_interface":"ramdisk","macs":["52:54:00:12:34:56","52:54:00:12:34:57"],
         "instance_info":{"kernel":"http://192.0.2.1/images/vmlinuz","initrds":["a","b"]},"driver_info":{},"properties":{"cpu_arch":"x86_64"},"extra":{},
         "maintenance":false,"maintenance_reason":null,"last_error":null,"created_at":"2030-01-01T11:00:00Z","updated_at":null,
         "provision_updated_at":"2029-12-31T23:59:59.9Z","boots":"vmlinuz from this appliance","new_in_a_later_version":1}
        """;

    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Add_SendsTheNode_AndSaysWhatItBoots()
    {
        await using var appliance = await rig.ServeAsync(Demo, HttpStatusCode.Created);

        var output = await rig.OutputOfAsync(
            "node", "add", "demo", "--mac", "52:54:00:12:34:56", "52:54:00:12:34:57", "--kernel", "vmlinuz", "--initrd", "a", "--initrd", "b",
            "--args", "console=ttyS0 @x --quiet", "--arch", "x86_64", "--loader", "snponly.efi", "--reply-form", "plain", "--deploy");

        appliance.Requests.ShouldBe(
        [
            """POST /api/nodes {"name":"demo","macs":["52:54:00:12:34:56","52:54:00:12:34:57"],"kernel":"vmlinuz","initrds":["a","b"],"args":"console=ttyS0 @x --quiet","arch":"x86_64","loader":"snponly.efi","reply_form":"plain","deploy":true}""",
        ]);
        output.ShouldBe("demo was added, and is wait call-back → active\nboots now: vmlinuz from this appliance");
    }

    [Fact]
    public async Task Add_SendsNothingThatWasNotSaid()
    {
        await using var appliance = await rig.ServeAsync(Demo, HttpStatusCode.Created);

        await rig.OutputOfAsync("node", "add", "demo", "--mac", "52:54:00:12:34:56", "--args", "@not-a-file");

        appliance.Requests.ShouldBe(["""POST /api/nodes {"name":"demo","macs":["52:54:00:12:34:56"],"args":"@not-a-file","deploy":false}"""]);
    }

    [Theory]
    [InlineData("deploy", "active")]
    [InlineData("undeploy", "deleted")]
    [InlineData("manage", "manage")]
    [InlineData("provide", "provide")]
    [InlineData("inspect", "inspect")]
    [InlineData("rebuild", "rebuild")]
    [InlineData("unrescue", "unrescue")]
    [InlineData("unhold", "unhold")]
    [InlineData("abort", "abort")]
    public async Task Verb_SetsTheTargetOfTheNode(string verb, string target)
    {
        await using var appliance = await rig.ServeAsync(Demo);

        var output = await rig.OutputOfAsync("node", verb, "de mo/?", "--no-wait");

        appliance.Requests.ShouldBe([$$"""PUT /api/nodes/de%20mo%2F%3F/provision {"target":"{{target}}","wait":false}"""]);
        output.ShouldBe("demo is wait call-back → active\nboots now: vmlinuz from this appliance");
    }

    [Fact]
    public async Task Verb_SendsWhatGoesWithIt()
    {
        await using var appliance = await rig.ServeAsync(Demo);
        var file = rig.Config + ".secret";
        await File.WriteAllTextAsync(file, "secret\nmore\n", TestContext.Current.CancellationToken);

        await rig.OutputOfAsync("node", "clean", "demo", "--no-wait", "--no-agent", "--steps", """[{"interface": "bios", "step": "factory_reset"}]""");
        await rig.OutputOfAsync("node", "rescue", "demo", "--no-wait", "--password-file", file);
        await rig.OutputOfAsync("node", "deploy", "demo", "--no-wait", "--config-drive", file);

        appliance.Requests.ShouldBe(
        [
            """PUT /api/nodes/demo/provision {"target":"clean","steps":[{"interface":"bios","step":"factory_reset"}],"disable_ramdisk":true,"wait":false}""",
            """PUT /api/nodes/demo/provision {"target":"rescue","rescue_password":"secret","wait":false}""",
            """PUT /api/nodes/demo/provision {"target":"active","config_drive":"secret\nmore","wait":false}""",
        ]);
        (await rig.RunAsync("node", "clean", "demo", "--steps", "[")).ShouldSatisfyAllConditions(
            run => run.Status.ShouldBe(CommandLine.Failure), run => run.Error.ShouldStartWith("--steps is not JSON: "));
    }

    [Theory]
    [InlineData("active", "null", 0, "demo is active\nboots now: vmlinuz from this appliance", "")]
    [InlineData("deploy failed", "\"the disk is gone\"", 1, "", "\ndemo is deploy failed: the disk is gone")]
    public async Task Verb_WaitsForTheMachine_AndTellsHowItEnded(string state, string error, int status, string output, string words)
    {
        var end = Demo.Replace("wait call-back", state, StringComparison.Ordinal).Replace("\"target_provision_state\":\"active\"", "\"target_provision_state\":null", StringComparison.Ordinal)
            .Replace("\"last_error\":null", $"\"last_error\":{error}", StringComparison.Ordinal);
        await using var appliance = await rig.ServeAsync(context => context.Response.WriteAsync(context.Request.Method == "PUT" ? Demo : end));

        var run = await rig.RunAsync("node", "deploy", "demo");

        run.ShouldBe((status, output, "demo is wait call-back → active: waiting for its machine (Ctrl-C ends only the waiting)" + words));
        appliance.Requests.ShouldBe(["""PUT /api/nodes/demo/provision {"target":"active"}""", "GET /api/nodes/demo"]);
    }

    [Fact]
    public async Task Add_FailsWithTheReason_WhenTheNodeCannotBeDeployed()
    {
        await using var appliance = await rig.ServeAsync(Demo.Replace("wait call-back", "deploy failed", StringComparison.Ordinal).Replace("\"last_error\":null", "\"last_error\":\"192.0.2.5 answers 404 Not Found\"", StringComparison.Ordinal));

        var run = await rig.RunAsync("node", "add", "demo", "--mac", "52:54:00:12:34:56", "--kernel", "http://192.0.2.5/vmlinuz", "--deploy");

        run.ShouldBe((CommandLine.Failure, "", "demo was added, and is deploy failed → active: 192.0.2.5 answers 404 Not Found"));
    }

    [Fact]
    public async Task Adopt_WithoutANewName_TakesTheMachineOfANodeOver()
    {
        await using var appliance = await rig.ServeAsync(Demo);

        await rig.OutputOfAsync("node", "adopt", "demo");

        appliance.Requests.ShouldBe(["""PUT /api/nodes/demo/provision {"target":"adopt"}"""]);
    }

    [Theory]
    [InlineData("""{"name":"new"}""", "--name", "new")]
    [InlineData("""{"macs":["52:54:00:00:00:01"],"args":""}""", "--mac", "52:54:00:00:00:01", "--args", "")]
    [InlineData("""{"maintenance":true,"maintenance_reason":"broken fan"}""", "--maintenance", "broken fan")]
    [InlineData("""{"maintenance":true,"maintenance_reason":null}""", "--maintenance")]
    [InlineData("""{"maintenance":false}""", "--no-maintenance")]
    public async Task Set_SendsOnlyWhatChanges(string body, params string[] options)
    {
        await using var appliance = await rig.ServeAsync(Demo);

        await rig.OutputOfAsync(["node", "set", "demo", .. options]);

        appliance.Requests.ShouldBe([$"PATCH /api/nodes/demo {body}"]);
    }

    [Fact]
    public async Task Remove_DeletesTheNode()
    {
        await using var appliance = await rig.ServeAsync("", HttpStatusCode.NoContent);

        (await rig.OutputOfAsync("node", "remove", "demo")).ShouldBe("demo was removed");

        appliance.Requests.ShouldBe(["DELETE /api/nodes/demo"]);
    }

    [Fact]
    public async Task List_IsATable_WithoutColourAndWithoutWrapping()
    {
        var boots = string.Concat(Enumerable.Repeat("a long sentence ", 30)).TrimEnd();
        await using var appliance = await rig.ServeAsync(
            $$"""{"nodes":[{{Demo}},{"uuid":"u-2","name":null,"provision_state":"available","macs":[],"maintenance":true,"boots":"{{boots}}"}]}""");

        var output = await rig.OutputOfAsync("node", "list");

        output.ShouldBe($"""
            NAME  STATE                    MAC ADDRESSES                        BOOTS NOW
            demo  wait call-back → active  52:54:00:12:34:56 52:54:00:12:34:57  vmlinuz from this appliance
            u-2   available (maintenance)                                       {boots}
            """);
        appliance.Requests.ShouldBe(["GET /api/nodes"]);
    }

    [Fact]
    public async Task List_SaysWhatToDo_WhenThereIsNoNode()
    {
        await using var appliance = await rig.ServeAsync("""{"nodes":[]}""");

        (await rig.OutputOfAsync("node", "list")).ShouldBe("There are no nodes yet; add one with: bootappliance node add NAME --mac MAC --kernel URL");
    }

    [Fact]
    public async Task List_ShowsForeignText_AsText()
    {
        await using var appliance = await rig.ServeAsync("""{"nodes":[{"uuid":"u","name":"[red]x[/]\u001b[2J\u202e","provision_state":"[","macs":["a\nb"],"boots":""}]}""");

        (await rig.OutputOfAsync("node", "list")).Split('\n')[1].ShouldBe("[red]x[/]\uFFFD[2J\uFFFD  [      a\uFFFDb");
    }

    [Fact]
    public async Task Show_IsAPage_WithTheNewestBoot_AndWhatIsMissing()
    {
        const string Progress = """
            {"summary":"it stopped after its loader","stage":"loader","stuck":true,"missing":"iPXE's own DHCPDISCOVER",
             "usual_causes":["Secure Boot refused the loader","the switch port runs spanning tree"],
             "steps":[{"step":"offer","time":"2030-01-01T12:03:04.12Z","text":"offer 192.0.2.100 to UEFI x64 PXE: ipxe.efi"},
                      {"step":"loader","time":"2030-01-01T12:03:05Z","text":"sent ipxe.efi"}]}
            """;
        await using var appliance = await rig.ServeAsync(Demo.Replace("\"new_in_a_later_version\":1", $"\"progress\":{Progress}"));

        var output = await rig.OutputOfAsync("node", "show", "demo");

        output.ShouldBe("""
            demo
              State             wait call-back → active
                since           2029-12-31 23:59:59.9
              Boots now         vmlinuz from this appliance
              MAC addresses     52:54:00:12:34:56, 52:54:00:12:34:57
              Driver            fake-hardware
              Boot interface    ipxe
              Deploy interface  ramdisk
              Instance          kernel = http://192.0.2.1/images/vmlinuz
                                initrds = ["a","b"]
              Properties        cpu_arch = x86_64
              UUID              6f0fa5a5-6fd2-4d39-9bfa-6d9b6f0d2b11
              Created           11:00:00.0

            Newest boot: it stopped after its loader
              ✔ 12:03:04.1  offer   offer 192.0.2.100 to UEFI x64 PXE: ipxe.efi
              ✔ 12:03:05.0  loader  sent ipxe.efi
              ✘ missing: iPXE's own DHCPDISCOVER
                What usually causes this:
                - Secure Boot refused the loader
                - the switch port runs spanning tree
            """);
        appliance.Requests.ShouldBe(["GET /api/nodes/demo"]);
    }

    [Fact]
    public async Task Show_DoesNotAlarm_WhileTheMachineIsOnItsWay()
    {
        const string Progress = """{"summary":"on its way","stage":"loader","stuck":false,"missing":"the boot script","usual_causes":["none"],"steps":[]}""";
        await using var appliance = await rig.ServeAsync(Demo.Replace("\"new_in_a_later_version\":1", $"\"progress\":{Progress}"));

        (await rig.OutputOfAsync("node", "show", "demo")).ShouldEndWith("Newest boot: on its way\n  … waiting for: the boot script");
    }

    [Fact]
    public async Task Json_IsPrintedAsItCame()
    {
        await using var appliance = await rig.ServeAsync("""{"name":"dem\u00f6 <&>","new_in_a_later_version":[1]}""");

        (await rig.OutputOfAsync("node", "show", "demo", "--json")).ShouldBe("""
            {
              "name": "demö <&>",
              "new_in_a_later_version": [
                1
              ]
            }
            """);
    }

    [Fact]
    public async Task Discovered_ListsMachines_AndAdoptMakesANodeOfOne()
    {
        await using (var appliance = await rig.ServeAsync("""
            {"machines":[{"macs":["52:54:00:00:00:09"],"first_seen":"2030-01-01T01:00:00Z","last_seen":"2030-01-01T12:29:00Z","address":"192.0.2.150",
             "architecture":"UEFI x64","uuid":null,"manufacturer":"QEMU","product":"Standard PC","serial":null}]}
            """))
        {
            (await rig.OutputOfAsync("node", "discovered")).ShouldBe("""
                MAC ADDRESSES      ADDRESS      ARCHITECTURE  MANUFACTURER  PRODUCT      SERIAL  LAST SEEN
                52:54:00:00:00:09  192.0.2.150  UEFI x64      QEMU          Standard PC          12:29:00.0
                """);
            appliance.Requests.ShouldBe(["GET /api/discovered"]);
        }

        await using (var appliance = await rig.ServeAsync(Demo))
        {
            (await rig.OutputOfAsync("node", "adopt", "52:54:00:00:00:09", "demo")).ShouldStartWith("demo was added");
            appliance.Requests.ShouldBe(["""POST /api/discovered/52:54:00:00:00:09/adopt {"name":"demo"}"""]);
        }
    }

    [Fact]
    public async Task Refusal_GoesToStandardError_AndFails()
    {
        await using var appliance = await rig.ServeAsync(
            """{"error":{"code":409,"message":"node demo is deploying; wait for it, or 'node abort demo'"}}""", HttpStatusCode.Conflict);

        (await rig.RunAsync("node", "deploy", "demo")).ShouldBe((CommandLine.Failure, "", "node demo is deploying; wait for it, or 'node abort demo'"));
    }

    [Theory]
    [InlineData("<html>", "the appliance answered 500 Internal Server Error")]
    [InlineData("[]", "the appliance answered 500 Internal Server Error")]
    [InlineData("", "the appliance answered 500 Internal Server Error")]
    public async Task Refusal_InAnotherForm_IsToldByItsStatus(string body, string message)
    {
        await using var appliance = await rig.ServeAsync(body, HttpStatusCode.InternalServerError);

        (await rig.RunAsync("node", "list")).ShouldBe((CommandLine.Failure, "", message));
    }

    [Theory]
    [InlineData("<html>", "is not this appliance")]
    [InlineData("""{"nodes":7}""", "is it of another version than this command?")]
    public async Task Answer_ThatIsNotUnderstood_Fails(string body, string part)
    {
        await using var appliance = await rig.ServeAsync(body);

        var (status, output, error) = await rig.RunAsync("node", "list");

        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldContain(part);
    }
}
