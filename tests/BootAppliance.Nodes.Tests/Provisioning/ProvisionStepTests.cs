using System.Text.Json.Nodes;

namespace BootAppliance.Nodes.Tests;

/// <summary>Jobs that are made of steps: cleaning, deploying with steps, and service.</summary>
public class ProvisionStepTests
{
    private static readonly JsonFields factoryReset = JsonFields.Parse("""{"interface": "bios", "step": "factory_reset"}""");
    private static readonly JsonFields createRaid = JsonFields.Parse("""{"interface": "raid", "step": "create_configuration"}""");
    private static readonly JsonFields hold = JsonFields.Parse("""{"interface": "deploy", "step": "hold"}""");

    private readonly ScriptedDriver driver = new();

    [Fact]
    public async Task CleanSteps_RunInTheirOrder_AndTheNodeIsManageableAgain()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable));

        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Clean, new() { Steps = [createRaid, factoryReset] });
        var after = await run.Completion;

        (run.Node.ProvisionState, run.Node.TargetProvisionState).ShouldBe((ProvisionState.Cleaning, ProvisionState.Manageable));
        run.Node.DriverInternalInfo.ShouldBe(JsonFields.Parse(
            """{"clean_steps": [{"interface": "raid", "step": "create_configuration"}, {"interface": "bios", "step": "factory_reset"}], "cleaning_disable_ramdisk": false}"""));
        driver.Calls.ShouldBe(["prepare", "step create_configuration", "step factory_reset", "end"]);
        (after.ProvisionState, after.CleanStep, after.DriverInternalInfo).ShouldBe((ProvisionState.Manageable, JsonFields.Empty, JsonFields.Parse("""{"clean_steps": null}""")));
    }

    [Fact]
    public async Task CleanStep_ThatNothingDoes_FailsInIronicsWords()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-03", 1) with
        {
            Driver = "fake-hardware",
            Interfaces = rig.Provisioner.Types.Get("fake-hardware").Defaults,
            ProvisionState = ProvisionState.Manageable,
        });

        var after = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Clean, new() { Steps = [JsonFields.Parse("""{"interface": "deploy", "step": "erase_devices"}""")] });

        (after.ProvisionState, after.TargetProvisionState, after.Maintenance, after.LastError).ShouldBe((ProvisionState.CleanFailed, ProvisionState.Manageable, false,
            $"Cannot clean node {node.Uuid}: node does not support this clean step: {{'interface': 'deploy', 'step': 'erase_devices'}}"));
        after.DriverInternalInfo.ShouldBe(JsonFields.Parse("""{"clean_steps": [{"interface": "deploy", "step": "erase_devices"}], "cleaning_disable_ramdisk": false}"""));
    }

    [Fact]
    public async Task Cleaning_WaitsForTheAgent_AndGoesOnWhenItReports()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable));
        driver.Preparation = WorkOutcome.Waits;

        var waiting = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Clean, new() { Steps = [factoryReset] });
        var resumed = await rig.Provisioner.ContinueAsync(node.Uuid, ProvisionEvent.Resume);
        var after = await EndAsync(rig, node, ProvisionState.Manageable);

        (waiting.ProvisionState, waiting.TargetProvisionState).ShouldBe((ProvisionState.CleanWait, ProvisionState.Manageable));
        resumed.ProvisionState.ShouldBe(ProvisionState.Cleaning);
        driver.Calls.ShouldBe(["prepare", "step factory_reset", "end"]);
        after.CleanStep.ShouldBe(JsonFields.Empty);
    }

    [Fact]
    public async Task Hold_StopsBetweenSteps_UntilItIsEnded()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable));

        var held = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Clean, new() { Steps = [factoryReset, hold, createRaid], DisableRamdisk = true });
        driver.Calls.ShouldBe(["step factory_reset"]);
        var after = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Unhold);

        held.ProvisionState.ShouldBe(ProvisionState.CleanHold);
        driver.Calls.ShouldBe(["step factory_reset", "step create_configuration", "end"]);
        after.ProvisionState.ShouldBe(ProvisionState.Manageable);
    }

    [Fact]
    public async Task DeploySteps_RunAroundTheDeployment_ByPriority()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available));
        driver.Work = (_, _) =>
        {
            driver.Calls.Add("deploy");
            return Task.FromResult(WorkOutcome.Done);
        };

        var after = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy, new()
        {
            Steps = [createRaid.With("priority", (JsonNode)"50"), factoryReset.With("priority", (JsonNode)150)],
            ConfigDrive = "H4sI",
        });

        driver.Calls.ShouldBe(["step factory_reset", "deploy", "step create_configuration"]);
        (after.ProvisionState, after.DeployStep).ShouldBe((ProvisionState.Active, JsonFields.Empty));
        after.InstanceInfo.ShouldBe(JsonFields.Parse("""{"configdrive": "H4sI"}"""));
        after.DriverInternalInfo.ShouldBe(JsonFields.Parse("""{"deploy_steps": null}"""));
    }

    [Fact]
    public async Task DeployTemplates_AddTheirSteps_WhereTheInstanceAsksForTheirTrait()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        rig.Provisioner.DeployTemplates = () =>
        [
            new() { Name = "CUSTOM_CLEAN_BIOS", Steps = [factoryReset.With("priority", (JsonNode)150), createRaid.With("priority", (JsonNode)160)] },
            new() { Name = "CUSTOM_OTHER", Steps = [JsonFields.Parse("""{"interface": "bios", "step": "nothing does this", "priority": 1}""")] },
        ];
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available) with { Traits = ["CUSTOM_OTHER"], InstanceInfo = JsonFields.Parse("""{"traits": ["CUSTOM_CLEAN_BIOS"]}""") });
        driver.Work = (_, _) =>
        {
            driver.Calls.Add("deploy");
            return Task.FromResult(WorkOutcome.Done);
        };

        var after = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy, new() { Steps = [createRaid.With("priority", (JsonNode)50)] });

        after.ProvisionState.ShouldBe(ProvisionState.Active);
        driver.Calls.ShouldBe(["step factory_reset", "deploy", "step create_configuration"]);
    }

    [Fact]
    public async Task Service_RunsItsSteps_AndTheNodeIsActiveAgain()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Active));

        (await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Service, new() { Steps = [factoryReset] })).ProvisionState.ShouldBe(ProvisionState.Active);
        driver.Calls.ShouldBe(["prepare", "step factory_reset", "end"]);
    }

    [Theory]
    [InlineData(ProvisionVerb.Clean, ProvisionState.Manageable, "\"clean_steps\" is required when setting target provision state to clean")]
    [InlineData(ProvisionVerb.Service, ProvisionState.Active, "\"service_steps\" is required when setting target provision state to service")]
    [InlineData(ProvisionVerb.Rescue, ProvisionState.Active, "A non-empty \"rescue_password\" is required when setting target provision state to rescue")]
    public async Task Verb_IsRefused_WithoutWhatItNeeds(ProvisionVerb verb, ProvisionState state, string words)
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(state));

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.BeginAsync(node.Uuid, verb))).Message.ShouldBe(words);
    }

    [Theory]
    [InlineData(false, null, 0)]
    [InlineData(false, true, 1)]
    [InlineData(true, null, 1)]
    [InlineData(true, false, 0)]
    public async Task AutomatedCleaning_IsWhatTheNodeSays_OtherwiseWhatTheSettingsSay(bool setting, bool? own, int cleanings)
    {
        await using var rig = new RegistryRig(types: driver.Types, settings: new() { AutomatedClean = setting });
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable) with { AutomatedClean = own });

        (await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Provide)).ProvisionState.ShouldBe(ProvisionState.Available);

        driver.Calls.Count(call => call == "prepare").ShouldBe(cleanings);
    }

    private static async Task<Node> EndAsync(RegistryRig rig, Node node, ProvisionState state)
    {
        while (rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState != state || rig.Nodes.Reservation(node) is not null) await Task.Yield();
        return rig.Nodes.FindByUuid(node.Uuid)!;
    }
}
