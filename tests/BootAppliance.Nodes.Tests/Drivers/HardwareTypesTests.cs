namespace BootAppliance.Nodes.Tests;

public class HardwareTypesTests
{
    private static readonly HardwareTypes types = HardwareTypes.BuiltIn(new ScriptedJudge(), new ScriptedJudge());

    [Fact]
    public void NodeThatNamesNoDriver_HasTheDefaultsOfItsDriver() => types.Get(new Node().Driver).Defaults.ShouldBe(new NodeInterfaces());

    [Fact]
    public void EveryType_AllowsItsDefaults()
    {
        foreach (var type in types.All) Should.NotThrow(() => types.Check(new Node { Driver = type.Name, Interfaces = type.Defaults }));
    }

    [Fact]
    public void FakeHardware_DoesEveryKindOfWork()
    {
        var node = new Node { Driver = "fake-hardware", Interfaces = types.Get("fake-hardware").Defaults };
        foreach (var kind in InterfaceKinds.All) types.Find(node, kind).ShouldNotBeNull(kind.ToString());
    }

    [Fact]
    public void UnknownDriver_IsRefusedInIronicsWords() =>
        Should.Throw<NodeException>(() => types.Check(new Node { Driver = "nosuch" })).Message.ShouldBe("Could not find the following driver(s) or hardware type(s): nosuch.");

    [Fact]
    public void UnknownInterface_IsRefusedInIronicsWords() =>
        Should.Throw<NodeException>(() => types.Check(new Node { Interfaces = new() { Boot = "nosuch" } })).Message.ShouldBe(
            "Could not find the following interface in the 'ironic.hardware.interfaces.boot' entrypoint: nosuch. Valid interfaces are ['fake', 'http', 'http-ipxe', 'ipxe'].");

    [Fact]
    public void InterfaceOfAnotherType_IsRefusedInIronicsWords() =>
        Should.Throw<NodeException>(() => types.Check(new Node { Interfaces = new() { Power = "fake" } })).Message.ShouldBe(
            "power interface implementation 'fake' is not supported by hardware type manual-management.");

    [Fact]
    public void WorkThatNothingDoes_IsRefusedInIronicsWords() =>
        Should.Throw<NodeException>(() => types.RescueOf(new Node())).Message.ShouldBe("Driver manual-management does not support rescue (disabled or not implemented).");

    [Fact]
    public void Properties_TellOfTheFieldsThatTheInterfacesRead()
    {
        var properties = types.Properties(types.Get("fake-hardware"));

        properties.Keys.ShouldBe(["B1", "B2", "boot_loader", "boot_reply_form", "deploy_kernel", "deploy_ramdisk", "kernel_append_params", "rescue_kernel", "rescue_ramdisk"]);
        properties["B1"].ShouldBe("B1 description. Required.");
        types.Properties(types.Get("manual-management")).Keys.ShouldNotContain("B1");
    }

    [Fact]
    public void AgentInspection_NeedsItsRamdisk()
    {
        var node = RegistryRig.NodeWith("bm-01", 1);
        var judged = HardwareTypes.BuiltIn(new ScriptedJudge((_, purpose) => purpose == BootPurpose.Inspect ? new BootProblem("not to be read", ["deploy_kernel", "deploy_ramdisk"]) : null), new ScriptedJudge());

        Should.Throw<NodeException>(() => judged.InspectOf(node).Validate(node)).Message.ShouldBe(
            "Cannot validate PXE bootloader. Some parameters were missing in node's driver_info and configuration. Missing are: ['deploy_kernel', 'deploy_ramdisk']");
        Should.Throw<NodeException>(() => judged.InspectOf(node).Validate(node with { Ports = [] })).Message
            .ShouldBe($"Node {node.Uuid} does not have any port associated with it");
    }

    [Fact]
    public void AgentToken_GoesWithEverythingOfOneStart()
    {
        var node = new Node { DriverInternalInfo = JsonFields.Parse("""{"agent_secret_token": "s", "agent_url": "http://192.0.2.9:9999", "agent_verify_ca": "PEM", "clean_steps": null}""") };

        node.WithoutAgentToken().DriverInternalInfo.ShouldBe(JsonFields.Parse("""{"clean_steps": null}"""));
        new Node().WithoutAgentToken().DriverInternalInfo.ShouldBeSameAs(JsonFields.Empty);
    }
}
