using System.Collections.Immutable;

namespace BootAppliance.Nodes.Tests;

/// <summary>A driver for every kind of work, which does what a test says.</summary>
internal sealed class ScriptedDriver : IPowerInterface, IManagementInterface, IBootInterface, IDeployInterface, IInspectInterface, IRescueInterface
{
    private static readonly ImmutableArray<string> name = ["scripted"];

    public string Name => "scripted";

    public IReadOnlyList<InterfaceKind> Kinds => InterfaceKinds.All;

    public string NetworkDevice => BootDevice.Pxe;

    public List<string> Calls { get; } = [];

    public Func<CancellationToken, Task> Power { get; set; } = _ => Task.CompletedTask;

    public Func<NodeTask, CancellationToken, Task<WorkOutcome>> Work { get; set; } = (_, _) => Task.FromResult(WorkOutcome.Done);

    public WorkOutcome Preparation { get; set; } = WorkOutcome.Done;

    public IReadOnlyList<DriverStep> Steps =>
    [
        new(InterfaceKind.Deploy, "erase_devices", StepUse.Clean, 10, (task, _, cancellation) => Work(task, cancellation)),
        new(InterfaceKind.Bios, "factory_reset", StepUse.Clean | StepUse.Deploy | StepUse.Service, 0, Record),
        new(InterfaceKind.Raid, "create_configuration", StepUse.Clean | StepUse.Deploy | StepUse.Service, 0, Record),
    ];

    public bool CanCleanAutomatically => true;

    /// <summary>The catalog with this driver as the type <c>test-hardware</c>.</summary>
    public HardwareTypes Types => new([new HardwareType("test-hardware", [.. InterfaceKinds.All.Select(kind => (kind, name))])], [this]);

    /// <summary>The same, with one kind of work done by something else.</summary>
    public HardwareTypes TypesWith(InterfaceKind kind, IDriverInterface other) =>
        new([new HardwareType("test-hardware", [.. InterfaceKinds.All.Select(k => (k, k == kind ? [other.Name] : name))])], [this, other]);

    public Node Node(ProvisionState state) => RegistryRig.NodeWith("bm-01", 1) with
    {
        Driver = "test-hardware",
        Interfaces = Types.All[0].Defaults,
        ProvisionState = state,
    };

    public void Validate(Node node)
    {
    }

    public void ValidateRamdisk(Node node, BootPurpose purpose)
    {
    }

    public ImmutableArray<PowerAction> SupportedPowerActions(Node node) => [PowerAction.On, PowerAction.Off, PowerAction.Reboot];

    public async Task<PowerState?> GetPowerAsync(Node node, CancellationToken cancellation)
    {
        Calls.Add("power?");
        await Power(cancellation);
        return PowerState.On;
    }

    public async Task<PowerState?> SetPowerAsync(Node node, PowerAction action, TimeSpan timeout, CancellationToken cancellation)
    {
        Calls.Add(action.ToApiString());
        await Power(cancellation);
        return action.Target();
    }

    public ImmutableArray<string> SupportedBootDevices(Node node) => [BootDevice.Pxe, BootDevice.Disk];

    public Task<BootDevice> GetBootDeviceAsync(Node node, CancellationToken cancellation) => Task.FromResult(new BootDevice(null, null));

    public Task SetBootDeviceAsync(Node node, BootDevice device, CancellationToken cancellation)
    {
        Calls.Add($"boot {device.Name}{(device.Persistent == true ? " always" : "")}");
        return Task.CompletedTask;
    }

    public Task<WorkOutcome> DeployAsync(NodeTask task, CancellationToken cancellation) => Work(task, cancellation);

    public Task TearDownAsync(NodeTask task, CancellationToken cancellation) => Work(task, cancellation);

    public Task<WorkOutcome> PrepareStepsAsync(NodeTask task, CancellationToken cancellation)
    {
        Calls.Add("prepare");
        return Task.FromResult(Preparation);
    }

    public Task EndStepsAsync(NodeTask task, CancellationToken cancellation)
    {
        Calls.Add("end");
        return Task.CompletedTask;
    }

    public Task<WorkOutcome> InspectAsync(NodeTask task, CancellationToken cancellation) => Work(task, cancellation);

    public Task<WorkOutcome> RescueAsync(NodeTask task, CancellationToken cancellation) => Work(task, cancellation);

    public Task UnrescueAsync(NodeTask task, CancellationToken cancellation) => Work(task, cancellation);

    private Task<WorkOutcome> Record(NodeTask task, JsonFields arguments, CancellationToken cancellation)
    {
        Calls.Add($"step {task.Node.CleanStep.Text("step") ?? task.Node.ServiceStep.Text("step") ?? task.Node.DeployStep.Text("step")}");
        return Task.FromResult(WorkOutcome.Done);
    }
}
