namespace BootAppliance.Nodes.Tests;

public class RamdiskDeployTests
{
    private readonly ScriptedDriver driver = new();

    [Fact]
    public void Instance_IsRefused_WhenItCannotBoot()
    {
        var node = new Node();
        Should.NotThrow(() => Deploy(null).Validate(node));
        Refusal(new BootProblem("not to be read", ["kernel"])).ShouldBe(
            $"Cannot validate image information for node {node.Uuid} because one or more parameters are missing from its instance_info. Missing are: ['kernel']");
        Refusal(new BootProblem("its boot_iso leaves the folder", [])).ShouldBe($"Cannot validate image information for node {node.Uuid}: its boot_iso leaves the folder");

        static RamdiskDeploy Deploy(BootProblem? problem) => new(new ScriptedJudge((_, purpose) => purpose == BootPurpose.Instance ? problem : null), new ScriptedJudge());
        string Refusal(BootProblem problem) => Should.Throw<NodeException>(() => Deploy(problem).Validate(node)).Message;
    }

    [Fact]
    public async Task Deploy_Fails_WhenAnImageCannotBeHad_BeforeTheMachineIsTouched()
    {
        var images = new ScriptedJudge { ImageProblem = "http://198.18.0.1/k: it is gone" };
        await using var rig = new RegistryRig(types: driver.TypesWith(InterfaceKind.Deploy, new RamdiskDeploy(new ScriptedJudge(), images)));
        var node = await rig.Nodes.AddAsync(Node(ProvisionState.Available));

        var failed = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        failed.ProvisionState.ShouldBe(ProvisionState.DeployFailed);
        failed.LastError.ShouldNotBeNull().ShouldContain("http://198.18.0.1/k: it is gone");
        driver.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deploy_ThatWaitsForItsImages_KeepsNobodyWaiting_AndCanBeCalledOff()
    {
        var waits = new TaskCompletionSource();
        var images = new ScriptedJudge
        {
            Fetching = node =>
            {
                if (node.Name != "bm-01") return Task.FromResult<string?>(null);
                waits.TrySetResult();
                return new TaskCompletionSource<string?>().Task;
            },
        };
        await using var rig = new RegistryRig(
            types: driver.TypesWith(InterfaceKind.Deploy, new RamdiskDeploy(new ScriptedJudge(), images)), settings: new ProvisionSettings { Workers = 1 });
        var node = await rig.Nodes.AddAsync(Node(ProvisionState.Available));
        var other = await rig.Nodes.AddAsync(Node(ProvisionState.Available) with { Name = "bm-02", Ports = [] });

        var deployment = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Deploy);
        await waits.Task;
        (await rig.Provisioner.RequestAsync(other.Uuid, ProvisionVerb.Deploy)).ProvisionState.ShouldBe(ProvisionState.Active);
        (await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete)).ProvisionState.ShouldBe(ProvisionState.Available);

        var failed = await deployment.Completion;
        failed.LastError.ShouldNotBeNull().ShouldEndWith("it was called off while it waited for the images of its instance");
    }

    [Fact]
    public async Task Machine_BootsFromTheNetworkOnEveryStart_AndIsSwitchedOffInTheEnd()
    {
        await using var rig = new RegistryRig(types: driver.TypesWith(InterfaceKind.Deploy, new RamdiskDeploy(new ScriptedJudge(), new ScriptedJudge())));
        var node = await rig.Nodes.AddAsync(Node(ProvisionState.Available));

        var active = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        driver.Calls.ShouldBe(["boot pxe always", "rebooting"]);
        (active.ProvisionState, active.PowerState).ShouldBe((ProvisionState.Active, PowerState.On));
        driver.Calls.Clear();
        var available = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete);

        driver.Calls.ShouldBe(["power off"]);
        (available.ProvisionState, available.PowerState, available.InstanceInfo).ShouldBe((ProvisionState.Available, PowerState.Off, JsonFields.Empty));
    }

    [Fact]
    public async Task Machine_ThatMustNotBePoweredOff_IsLeftOn()
    {
        await using var rig = new RegistryRig(types: driver.TypesWith(InterfaceKind.Deploy, new RamdiskDeploy(new ScriptedJudge(), new ScriptedJudge())));
        var node = await rig.Nodes.AddAsync(Node(ProvisionState.Active) with { DisablePowerOff = true });

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.Off))).Message.ShouldContain("disable_power_off is set");
        (await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Delete)).ProvisionState.ShouldBe(ProvisionState.Available);

        driver.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Instance_ThatCannotBeStarted_FailsTheDeployment()
    {
        await using var rig = new RegistryRig(types: driver.TypesWith(InterfaceKind.Deploy, new RamdiskDeploy(new ScriptedJudge(), new ScriptedJudge())));
        var node = await rig.Nodes.AddAsync(Node(ProvisionState.Available));
        driver.Power = _ => throw new InvalidOperationException("a bug in the driver");

        var failed = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);

        failed.ProvisionState.ShouldBe(ProvisionState.DeployFailed);
        failed.LastError!.ShouldEndWith("The driver of node bm-01 failed when it was asked to do 'rebooting': a bug in the driver");
    }

    private Node Node(ProvisionState state)
    {
        var node = driver.Node(state);
        return node with { Interfaces = node.Interfaces with { Deploy = "ramdisk" }, InstanceInfo = JsonFields.Parse("""{"kernel": "vmlinuz"}""") };
    }
}
