using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

/// <summary>The verbs over the API, with what Ironic answered to the same requests.</summary>
public sealed class ProvisionRouteTests
{
    private const string Fakes = """
        "bios_interface": "fake", "boot_interface": "fake", "console_interface": "fake", "deploy_interface": "fake", "inspect_interface": "fake", "management_interface": "fake",
        "power_interface": "fake", "raid_interface": "fake", "rescue_interface": "fake", "storage_interface": "noop", "vendor_interface": "fake"
        """;

    [Fact]
    public async Task Node_IsWalkedThroughItsWholeLife()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-06", Fakes);

        await StepAsync(rig, """{"target": "manage"}""", "manageable");
        await StepAsync(rig, """{"target": "clean", "clean_steps": [{"interface": "bios", "step": "factory_reset"}]}""", "manageable");
        await StepAsync(rig, """{"target": "inspect"}""", "manageable");
        await StepAsync(rig, """{"target": "provide"}""", "available");
        await StepAsync(rig, """{"target": "active", "configdrive": "H4sICJK"}""", "active");
        rig.Nodes.FindByUuid(uuid)!.InstanceInfo.Text("configdrive").ShouldBe("H4sICJK");
        (await rig.GetAsync("/v1/nodes/bm-06"))["instance_info"].ToString().ShouldBe("""{"configdrive":"******"}""");
        await StepAsync(rig, """{"target": "rebuild"}""", "active");
        await StepAsync(rig, """{"target": "rescue", "rescue_password": "secret"}""", "rescue");
        await StepAsync(rig, """{"target": "unrescue"}""", "active");
        await StepAsync(rig, """{"target": "service", "service_steps": [{"interface": "raid", "step": "delete_configuration"}]}""", "active");
        await StepAsync(rig, """{"target": "deleted"}""", "available");
        await StepAsync(rig, """{"target": "deploy", "deploy_steps": [{"interface": "bios", "step": "factory_reset", "priority": 150, "args": {}}]}""", "active");
        await StepAsync(rig, """{"target": "undeploy"}""", "available");
        await StepAsync(rig, """{"target": "manage"}""", "manageable");
        await StepAsync(rig, """{"target": "adopt"}""", "active");

        var node = rig.Nodes.FindByUuid(uuid)!;
        (node.LastError, node.InstanceInfo, node.CleanStep, node.DeployStep, node.ServiceStep).ShouldBe((null, JsonFields.Empty, JsonFields.Empty, JsonFields.Empty, JsonFields.Empty));
    }

    [Fact]
    public async Task RetiredNode_EndsInManageable_AndIsNotProvided()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(ProvisionState.Active, "bm-06", n => n with { Retired = true, Interfaces = n.Interfaces with { Power = "fake", Management = "fake" } });

        await StepAsync(rig, """{"target": "deleted"}""", "manageable");

        var node = rig.Nodes.FindByName("bm-06")!;
        (await ProvisionAsync(rig, """{"target": "provide"}""")).ShouldRefuse(
            HttpStatusCode.BadRequest, $"The providing operation can't be performed on node {node.Uuid} because it is retired.");
    }

    [Theory]
    [InlineData("""{"target": "active"}""", ProvisionState.Enroll, "The requested action \"active\" can not be performed on node \"{0}\" while it is in state \"enroll\".")]
    [InlineData("""{"target": "deleted"}""", ProvisionState.CleanFailed, "The requested action \"deleted\" can not be performed on node \"{0}\" while it is in state \"clean failed\".")]
    [InlineData("""{"target": "abort"}""", ProvisionState.Active, "The requested action \"abort\" can not be performed on node \"{0}\" while it is in state \"active\".")]
    [InlineData("""{"target": "abort"}""", ProvisionState.DeployWait, "The requested action \"abort\" can not be performed on node \"{0}\" while it is in state \"wait call-back\".")]
    [InlineData("""{"target": "nonsense"}""", ProvisionState.Active, "The requested action \"nonsense\" can not be performed on node \"{0}\" while it is in state \"active\".")]
    [InlineData("{}", ProvisionState.Active, "Missing mandatory parameter: target")]
    [InlineData("""{"target": 7}""", ProvisionState.Active, "Expected string for target: 7")]
    [InlineData("""{"target": "manage", "nonsense": 1}""", ProvisionState.Enroll, "Unexpected arguments: nonsense")]
    [InlineData("""{"target": "clean"}""", ProvisionState.Manageable, "\"clean_steps\" is required when setting target provision state to clean")]
    [InlineData("""{"target": "manage", "clean_steps": []}""", ProvisionState.Enroll, "\"clean_steps\" is only valid when setting target provision state to clean")]
    [InlineData("""{"target": "rescue"}""", ProvisionState.Active, "A non-empty \"rescue_password\" is required when setting target provision state to rescue")]
    [InlineData("""{"target": "manage", "rescue_password": "x"}""", ProvisionState.Enroll, "\"rescue_password\" is only valid when setting target provision state to rescue")]
    [InlineData("""{"target": "manage", "configdrive": "x"}""", ProvisionState.Enroll, "Adding a config drive is only supported when setting provision state to active, rebuild")]
    [InlineData("""{"target": "active", "configdrive": {"nonsense": 1}}""", ProvisionState.Available, "Invalid configdrive format: 'nonsense' is not expected, or not of the expected type")]
    [InlineData("""{"target": "clean", "clean_steps": 7}""", ProvisionState.Manageable, "Invalid clean_steps: 7 is not of type 'array'")]
    [InlineData("""{"target": "clean", "clean_steps": [{"interface": "disk", "step": "x"}]}""", ProvisionState.Manageable,
        "Invalid clean_steps: 'disk' is not one of ['power', 'management', 'deploy', 'bios', 'raid', 'firmware', 'vendor']\n\nOn instance[0]:\n    {\"interface\": \"disk\", \"step\": \"x\"}")]
    [InlineData("""{"target": "inspect"}""", ProvisionState.InspectFailed, "Driver fake-hardware does not support inspect (disabled or not implemented).")]
    [InlineData("""{"target": "active"}""", ProvisionState.Available,
        "Failed to validate deploy or power info for node {0}. Error: Cannot validate image information for node {0} because one or more parameters are missing from its instance_info. Missing are: ['kernel']")]
    public async Task Verb_IsRefused_InIronicsWords(string body, ProvisionState state, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await AddInAnyAsync(rig, state);

        (await ProvisionAsync(rig, body)).ShouldRefuse(HttpStatusCode.BadRequest, fault.Replace("{0}", node.Uuid.ToString(), StringComparison.Ordinal));

        rig.Nodes.FindByUuid(node.Uuid)!.ShouldBe(node);
    }

    [Fact]
    public async Task DeployStep_WithoutItsArguments_IsRefusedInIronicsWords()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await AddInAnyAsync(rig, ProvisionState.Available);

        (await ProvisionAsync(rig, """{"target": "active", "deploy_steps": [{"interface": "bios", "step": "factory_reset", "priority": 150}]}""")).Fault
            .ShouldStartWith("Invalid deploy_steps: 'args' is a required property\n\nOn instance[0]:");
    }

    [Theory]
    [InlineData("manage", 3)]
    [InlineData("inspect", 5)]
    [InlineData("abort", 12)]
    [InlineData("clean", 14)]
    [InlineData("adopt", 16)]
    [InlineData("rescue", 37)]
    [InlineData("deploy", 72)]
    [InlineData("unhold", 84)]
    [InlineData("service", 86)]
    public async Task Verb_IsNotAcceptable_BeforeItsVersion(string verb, int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await AddInAnyAsync(rig, ProvisionState.Enroll);

        (await rig.AskAsync("PUT", $"/v1/nodes/{node.Uuid}/states/provision", $$"""{"target": "{{verb}}"}""", version)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
        (await rig.AskAsync("PUT", $"/v1/nodes/{node.Uuid}/states/provision", $$"""{"target": "{{verb}}"}""", version + 1)).Status.ShouldNotBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task UnknownNode_IsNotFound()
    {
        await using var rig = await BaremetalRig.StartAsync();

        (await rig.AskAsync("PUT", "/v1/nodes/nonesuch/states/provision", """{"target": "provide"}""")).ShouldRefuse(HttpStatusCode.NotFound, "Node nonesuch could not be found.");
    }

    [Fact]
    public async Task ProtectedNode_KeepsItsInstance()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active, "bm-06", n => n with { Protected = true });

        (await ProvisionAsync(rig, """{"target": "deleted"}""")).ShouldRefuse(HttpStatusCode.Forbidden, $"Node {node.Uuid} is protected and cannot be undeployed, rebuilt or deleted");
    }

    [Fact]
    public async Task NodeThatIsWorkedOn_IsLocked_AndSaysByWhom()
    {
        var time = new ManualTime();
        await using var rig = await BaremetalRig.StartAsync(time);
        var node = await AddInAnyAsync(rig, ProvisionState.Available);
        var held = await rig.Nodes.HoldAsync(node.Uuid, "conductor-7", TestContext.Current.CancellationToken);

        (await rig.GetAsync("/v1/nodes/bm-06"))["reservation"].GetString().ShouldBe("conductor-7");
        var fault = "Node bm-06 is locked by host conductor-7, please retry after the current operation is completed.";
        (await ProvisionAsync(rig, """{"target": "rebuild"}""")).ShouldRefuse(HttpStatusCode.Conflict, fault);
        var timers = time.Timers;
        var waiting = ProvisionAsync(rig, """{"target": "manage"}""");
        while (time.Timers == timers) await Task.Yield();
        time.Advance(TimeSpan.FromSeconds(3));
        (await waiting).ShouldRefuse(HttpStatusCode.Conflict, fault);
        held.Dispose();
    }

    [Fact]
    public async Task Runbook_RunsItsSteps_OnNodesWithItsTrait()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await AddInAnyAsync(rig, ProvisionState.Manageable);
        var made = await rig.AskAsync("POST", "/v1/runbooks", """
            {"name": "CUSTOM_RESET", "steps": [{"interface": "raid", "step": "delete_configuration", "args": {}, "order": 2}, {"interface": "bios", "step": "factory_reset", "args": {}, "order": 1}]}
            """);
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        var body = """{"target": "clean", "runbook": "CUSTOM_RESET", "disable_ramdisk": true}""";

        (await ProvisionAsync(rig, """{"target": "clean", "runbook": "CUSTOM_NONE"}""")).ShouldRefuse(HttpStatusCode.NotFound, "Runbook CUSTOM_NONE could not be found.");
        (await ProvisionAsync(rig, body)).Status.ShouldBe(HttpStatusCode.BadRequest);
        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Traits = ["CUSTOM_RESET"] });
        await StepAsync(rig, body, "manageable");

        rig.Server.Events.Query(EventQuery.ForNode(node)).Select(e => e.Text).Where(text => text.StartsWith("clean step", StringComparison.Ordinal))
            .ShouldBe(["clean step bios.factory_reset begins", "clean step raid.delete_configuration begins"]);
    }

    private static Task<BaremetalReply> ProvisionAsync(BaremetalRig rig, string body) => rig.AskAsync("PUT", "/v1/nodes/bm-06/states/provision", body);

    /// <summary>Asks for a verb, and waits as the client does until the node has no target any more.</summary>
    private static async Task StepAsync(BaremetalRig rig, string body, string state)
    {
        var reply = await ProvisionAsync(rig, body);
        (reply.Status, reply.Text, reply.Location).ShouldBe((HttpStatusCode.Accepted, "", $"{rig.Root}/v1/nodes/bm-06/states"), body + reply.Text);
        JsonElement shown;
        do shown = (await rig.GetAsync("/v1/nodes/bm-06")).Json;
        while (shown.GetProperty("target_provision_state").ValueKind != JsonValueKind.Null || shown.GetProperty("reservation").ValueKind != JsonValueKind.Null);
        shown.GetProperty("provision_state").GetString().ShouldBe(state, body);
    }

    /// <summary>A node whose work waits or failed can only come from the store; this one goes there by its events.</summary>
    private static async Task<Node> AddInAnyAsync(BaremetalRig rig, ProvisionState state)
    {
        (ProvisionState First, ProvisionEvent[] Events) way = state switch
        {
            ProvisionState.CleanFailed => (ProvisionState.Manageable, [ProvisionEvent.Clean, ProvisionEvent.Fail]),
            ProvisionState.InspectFailed => (ProvisionState.Manageable, [ProvisionEvent.Inspect, ProvisionEvent.Fail]),
            ProvisionState.DeployWait => (ProvisionState.Available, [ProvisionEvent.Deploy, ProvisionEvent.Wait]),
            _ => (state, []),
        };
        var node = await rig.AddInAsync(way.First, "bm-06", n => n with
        {
            Interfaces = rig.Server.Provisioner.Types.Get("fake-hardware").Defaults with { Inspect = "no-inspect" },
            Ports = [new Port { Address = new MacAddress(0x5254_0000_0001) }],
        });
        foreach (var happened in way.Events) node = await rig.Nodes.ApplyAsync(node.Uuid, happened);
        return node;
    }
}
