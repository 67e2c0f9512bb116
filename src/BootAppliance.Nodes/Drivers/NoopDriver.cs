using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary><c>noop</c>: nobody but a person can switch the machine, and its firmware always tries the network before the disk.</summary>
public sealed class NoopDriver : IPowerInterface, IManagementInterface
{
    /// <inheritdoc/>
    public string Name => "noop";

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [InterfaceKind.Power, InterfaceKind.Management, InterfaceKind.Network, InterfaceKind.Storage];

    /// <inheritdoc/>
    public void Validate(Node node)
    {
    }

    /// <inheritdoc/>
    public ImmutableArray<PowerAction> SupportedPowerActions(Node node) => [];

    /// <inheritdoc/>
    public Task<PowerState?> GetPowerAsync(Node node, CancellationToken cancellation) => Task.FromResult<PowerState?>(null);

    /// <inheritdoc/>
    public Task<PowerState?> SetPowerAsync(Node node, PowerAction action, TimeSpan timeout, CancellationToken cancellation) =>
        throw NodeException.Unsupported(node, action.ToApiString());

    /// <inheritdoc/>
    public ImmutableArray<string> SupportedBootDevices(Node node) => [BootDevice.Pxe, BootDevice.Disk];

    /// <inheritdoc/>
    public Task<BootDevice> GetBootDeviceAsync(Node node, CancellationToken cancellation) => Task.FromResult(new BootDevice(null, null));

    /// <inheritdoc/>
    public Task SetBootDeviceAsync(Node node, BootDevice device, CancellationToken cancellation) => Task.CompletedTask;
}
