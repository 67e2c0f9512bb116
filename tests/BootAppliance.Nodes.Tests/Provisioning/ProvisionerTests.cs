namespace BootAppliance.Nodes.Tests;

public class ProvisionerTests
{
    private static readonly JsonFields instance = JsonFields.Parse("""{"kernel": "http://192.0.2.1/vmlinuz", "ramdisk": "http://192.0.2.1/initrd"}""");

    [Fact]
    public async Task Node_GoesFromEnrollToActiveAndBack()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with { InstanceInfo = instance, InstanceUuid = Guid.NewGuid(), LastError = "old" });

        await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Manage);
        await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Provide);
        var active = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Rebuild);
        var available = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete);

        (active.ProvisionState, active.TargetProvisionState, active.InstanceInfo, active.LastError)
            .ShouldBe((ProvisionState.Active, null, instance, null));
        (available.ProvisionState, available.InstanceInfo, available.InstanceUuid).ShouldBe((ProvisionState.Available, JsonFields.Empty, null));
        rig.Events.Query(EventQuery.ForNode(node)).Where(e => e.Kind == MachineEventKind.StateChanged).Select(e => e.Text).ShouldBe(
        [
            "enroll → verifying", "verifying → manageable",
            "manageable → cleaning", "cleaning → available",
            "available → deploying", "deploying → active",
            "active → deploying", "deploying → active",
            "active → deleting", "deleting → cleaning", "cleaning → available",
        ]);
    }

    [Fact]
    public async Task Instance_IsThere_UntilTheNodeLeavesDeleting()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(ActiveNode());
        List<(ProvisionState, bool)> written = [];
        rig.Store.BeforeWrite = () =>
        {
            if (rig.Store.Nodes.TryGetValue(node.Uuid, out var stored)) written.Add((stored.ProvisionState, stored.InstanceInfo.Count > 0));
            return Task.CompletedTask;
        };

        await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete);

        written.Take(3).ShouldBe([(ProvisionState.Active, true), (ProvisionState.Deleting, true), (ProvisionState.Cleaning, false)]);
    }

    [Theory]
    [InlineData(ProvisionVerb.Deploy, "active")]
    [InlineData(ProvisionVerb.Delete, "deleted")]
    [InlineData(ProvisionVerb.Abort, "abort")]
    public async Task Verb_IsRefusedInIronicsWords_WhenTheStateForbidsIt(ProvisionVerb verb, string word)
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, verb));

        (refused.Kind, refused.Message).ShouldBe((NodeFailure.InvalidState,
            $"The requested action \"{word}\" can not be performed on node \"{node.Uuid}\" while it is in state \"enroll\"."));
    }

    [Fact]
    public async Task Verb_IsRefusedInIronicsWords_WhenNothingHereDoesIt()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = ProvisionState.Manageable, Interfaces = new() { Inspect = "no-inspect" } });

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Inspect));

        (refused.Kind, refused.Message).ShouldBe((NodeFailure.Invalid, "Driver manual-management does not support inspect (disabled or not implemented)."));
    }

    [Fact]
    public async Task Deploy_IsRefused_WithoutAKernel()
    {
        await using var rig = new RegistryRig(types: HardwareTypes.BuiltIn(ScriptedJudge.Missing("kernel"), new ScriptedJudge()));
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = ProvisionState.Available });

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy));

        refused.Kind.ShouldBe(NodeFailure.Invalid);
        refused.Message.ShouldEndWith("missing from its instance_info. Missing are: ['kernel']");
        rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(ProvisionState.Available);
    }

    [Fact]
    public async Task Deploy_IsRefused_WithADeployInterfaceThatIsNotHere()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(ActiveNode() with { Interfaces = new() { Deploy = "direct" } });

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Rebuild))).Message
            .ShouldBe("Driver manual-management does not support deploy (disabled or not implemented).");
    }

    [Theory]
    [InlineData(ProvisionVerb.Delete)]
    [InlineData(ProvisionVerb.Rebuild)]
    public async Task ProtectedNode_KeepsItsInstance(ProvisionVerb verb)
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(ActiveNode() with { Protected = true });

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, verb));

        (refused.Kind, refused.Message).ShouldBe((NodeFailure.Protected, $"Node {node.Uuid} is protected and cannot be undeployed, rebuilt or deleted"));
    }

    [Fact]
    public async Task NodeInMaintenance_IsNotDeployed()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(ActiveNode() with { ProvisionState = ProvisionState.Available, Maintenance = true });

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy))).Message
            .ShouldBe($"The provisioning operation can't be performed on node {node.Uuid} because it's in maintenance mode.");
    }

    [Fact]
    public async Task Abort_EndsWhatWaits()
    {
        var store = new MemoryStore();
        var node = ActiveNode() with { ProvisionState = ProvisionState.CleanWait };
        store.Nodes[node.Uuid] = node;
        await using var rig = new RegistryRig(store);

        var aborted = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Abort);

        (aborted.ProvisionState, aborted.TargetProvisionState, aborted.LastError)
            .ShouldBe((ProvisionState.CleanFailed, ProvisionState.Available, "By request, the clean operation was aborted"));
    }

    [Fact]
    public async Task NodeThatTheStoreStoppedHalfWay_IsFailedByTheNextRequest_AndTakesIt()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(ActiveNode());
        var writes = 0;
        rig.Store.BeforeWrite = () => ++writes > 1 ? throw new IOException("disk full") : Task.CompletedTask;
        await Should.ThrowAsync<IOException>(() => rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete));
        rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(ProvisionState.Deleting);

        rig.Store.BeforeWrite = () => Task.CompletedTask;
        var available = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete);

        (available.ProvisionState, available.InstanceInfo).ShouldBe((ProvisionState.Available, JsonFields.Empty));
        rig.Events.Query(EventQuery.ForNode(node)).ShouldContain(e => e.Text.StartsWith("deleting → error: The deleting state can't be resumed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Recover_FailsWhatWasUnderWay_AndLeavesWhatWaits()
    {
        var store = new MemoryStore();
        foreach (var state in new[] { ProvisionState.Deploying, ProvisionState.Deleting, ProvisionState.CleanWait, ProvisionState.Active })
        {
            var node = new Node { Name = state.ToString(), ProvisionState = state };
            store.Nodes[node.Uuid] = node;
        }

        await using var rig = new RegistryRig(store);
        await rig.Provisioner.RecoverAsync();

        rig.Nodes.FindByName("Deploying")!.ProvisionState.ShouldBe(ProvisionState.DeployFailed);
        rig.Nodes.FindByName("Deploying")!.LastError
            .ShouldBe("The deploying state can't be resumed after a restart of the appliance. Moving to fail state.");
        rig.Nodes.FindByName("Deleting")!.ProvisionState.ShouldBe(ProvisionState.Error);
        rig.Nodes.FindByName("CleanWait")!.ProvisionState.ShouldBe(ProvisionState.CleanWait);
        rig.Nodes.FindByName("Active")!.ProvisionState.ShouldBe(ProvisionState.Active);
    }

    private static Node ActiveNode() => RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = ProvisionState.Active, InstanceInfo = instance };
}
