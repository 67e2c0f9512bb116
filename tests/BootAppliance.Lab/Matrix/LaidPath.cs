using BootAppliance.Lab.Network;

namespace BootAppliance.Lab.Matrix;

/// <summary>A <see cref="BootPath"/> as it lies in one lab.</summary>
/// <param name="socket">Where the machine is plugged in.</param>
/// <param name="equipment">What stands on the way.</param>
/// <param name="report">What the equipment has to say afterwards.</param>
public sealed class LaidPath(MachineSocket socket, IAsyncDisposable? equipment = null, Func<string>? report = null) : IAsyncDisposable
{
    public MachineSocket Socket => socket;

    /// <summary>What the equipment has seen; empty when it does not count.</summary>
    public string Report => report?.Invoke() ?? "";

    public ValueTask DisposeAsync() => equipment?.DisposeAsync() ?? ValueTask.CompletedTask;
}
