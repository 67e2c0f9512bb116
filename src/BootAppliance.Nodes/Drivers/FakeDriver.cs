using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary><c>fake</c>: does every kind of work at once and without a machine, so that each verb can be tried.</summary>
public sealed class FakeDriver : IPowerInterface, IManagementInterface, IBootInterface, IDeployInterface, IInspectInterface, IRescueInterface
{
    private static readonly string[] devices = [BootDevice.Pxe];

    /// <inheritdoc/>
    public string Name => "fake";

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [.. InterfaceKinds.All.Where(kind => kind != InterfaceKind.Network)];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Properties { get; } = new Dictionary<string, string>
    {
        ["B1"] = "B1 description. Required.",
        ["B2"] = "B2 description. Required.",
    }.ToFrozenDictionary();

    /// <inheritdoc/>
    public IReadOnlyList<DriverStep> Steps { get; } =
    [
        Step(InterfaceKind.Bios, "apply_configuration"),
        Step(InterfaceKind.Bios, "factory_reset"),
        Step(InterfaceKind.Firmware, "update"),
        Step(InterfaceKind.Raid, "create_configuration"),
        Step(InterfaceKind.Raid, "delete_configuration"),
    ];

    /// <inheritdoc/>
    public string NetworkDevice => BootDevice.Pxe;

    /// <inheritdoc/>
    public void Validate(Node node)
    {
    }

    /// <inheritdoc/>
    public void ValidateRamdisk(Node node, BootPurpose purpose)
    {
    }

    /// <inheritdoc/>
    public ImmutableArray<PowerAction> SupportedPowerActions(Node node) => PowerActions.All;

    /// <inheritdoc/>
    public Task<PowerState?> GetPowerAsync(Node node, CancellationToken cancellation) => Task.FromResult(node.PowerState);

    /// <inheritdoc/>
    public Task<PowerState?> SetPowerAsync(Node node, PowerAction action, TimeSpan timeout, CancellationToken cancellation) =>
        Task.FromResult<PowerState?>(action.Target());

    /// <inheritdoc/>
    public ImmutableArray<string> SupportedBootDevices(Node node) => [.. devices];

    /// <inheritdoc/>
    public Task<BootDevice> GetBootDeviceAsync(Node node, CancellationToken cancellation) => Task.FromResult(new BootDevice(BootDevice.Pxe, Persistent: false));

    /// <inheritdoc/>
    public Task SetBootDeviceAsync(Node node, BootDevice device, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<WorkOutcome> DeployAsync(NodeTask task, CancellationToken cancellation) => Task.FromResult(WorkOutcome.Done);

    /// <inheritdoc/>
    public Task TearDownAsync(NodeTask task, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public bool CanCleanAutomatically => true;

    /// <inheritdoc/>
    public Task<WorkOutcome> InspectAsync(NodeTask task, CancellationToken cancellation) => Task.FromResult(WorkOutcome.Done);

    /// <inheritdoc/>
    public Task<WorkOutcome> RescueAsync(NodeTask task, CancellationToken cancellation) => Task.FromResult(WorkOutcome.Done);

    /// <inheritdoc/>
    public Task UnrescueAsync(NodeTask task, CancellationToken cancellation) => Task.CompletedTask;

    private static DriverStep Step(InterfaceKind kind, string name) =>
        new(kind, name, StepUse.Clean | StepUse.Deploy | StepUse.Service, Priority: 0, (_, _, _) => Task.FromResult(WorkOutcome.Done));
}
