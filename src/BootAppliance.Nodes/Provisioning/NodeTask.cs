using System.Globalization;
using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>Work on one node, which nobody else changes meanwhile: what a driver's interface is given to do its part with.</summary>
public sealed class NodeTask
{
    private readonly HeldNode held;
    private readonly HardwareTypes types;
    private readonly ProvisionSettings settings;
    private readonly TimeProvider time;
    private readonly LongWaits waits;

    internal NodeTask(HeldNode held, HardwareTypes types, ProvisionSettings settings, TimeProvider time, LongWaits waits)
    {
        this.waits = waits;
        this.held = held;
        this.types = types;
        this.settings = settings;
        this.time = time;
    }

    /// <summary>The node as it is now.</summary>
    public Node Node => held.Node;

    /// <summary>Changes fields of the node; returns when that is durable.</summary>
    /// <param name="change">The change.</param>
    /// <param name="text">What the boot timeline says of it.</param>
    public Task<Node> UpdateAsync(Func<Node, Node> change, string? text = null) => held.UpdateAsync(change, text);

    /// <summary>Waits for something that may take hours: meanwhile other nodes are worked on, and whoever takes the node down ends it.</summary>
    /// <param name="wait">What is waited for.</param>
    /// <param name="what">What that is, for people.</param>
    /// <param name="cancellation">Ends the work.</param>
    public Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> wait, string what, CancellationToken cancellation) => waits.WaitAsync(Node.Uuid, wait, what, cancellation);

    /// <summary>Makes the machine boot from the network, and restarts it where something can; otherwise a person does.</summary>
    /// <param name="persistent">Whether it boots from there on every start.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task StartFromNetworkAsync(bool persistent, CancellationToken cancellation)
    {
        await UpdateAsync(AgentToken.WithoutAgentToken);
        var management = types.ManagementOf(Node);
        var device = types.BootOf(Node).NetworkDevice;
        if (!management.SupportedBootDevices(Node).Contains(device)) device = BootDevice.Pxe;
        await WithinAsync(token => management.SetBootDeviceAsync(Node, new BootDevice(device, persistent), token), settings.PowerTimeout, $"set the boot device to {device}", cancellation);
        if (CanSwitch(PowerAction.Reboot)) await SwitchAsync(PowerAction.Reboot, null, cancellation);
    }

    /// <summary>Switches the machine off, where something can and its operator lets it.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await UpdateAsync(AgentToken.WithoutAgentToken);
        if (CanSwitch(PowerAction.Off) && !Node.DisablePowerOff) await SwitchAsync(PowerAction.Off, null, cancellation);
    }

    /// <summary>Whether something can do this with the machine's power.</summary>
    public bool CanSwitch(PowerAction action) => types.PowerOf(Node).SupportedPowerActions(Node).Contains(action);

    /// <summary>Does something with the machine's power; a failure is kept in the node's <c>last_error</c> before it is thrown.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="timeout">How long to wait for the machine; null: as the settings say.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task SwitchAsync(PowerAction action, TimeSpan? timeout, CancellationToken cancellation)
    {
        var power = types.PowerOf(Node);
        var patience = timeout ?? (action.IsSoft() ? settings.SoftPowerTimeout : settings.PowerTimeout);
        try
        {
            await UpdateAsync(node => node.TargetPowerState == action.Target() ? node : node with { TargetPowerState = action.Target() }, $"{action.ToApiString()} begins");
            var after = await WithinAsync(token => power.SetPowerAsync(Node, action, patience, token), patience, $"do '{action.ToApiString()}'", cancellation);
            await UpdateAsync(
                node => node.WithoutAgentToken() with
                {
                    PowerState = after,
                    TargetPowerState = null,
                    DriverInternalInfo = node.WithoutAgentToken().DriverInternalInfo.With("last_power_state_change", (JsonNode)Now),
                },
                $"{action.ToApiString()} is done");
        }
        catch (Exception failure) when (failure is DriverException or NodeException)
        {
            var error = $"Failed to change power state to '{PowerWord(action.Target())}' by '{action.ToApiString()}'. Error: {failure.Message}";
            await KeepAsync(error, failure);
            throw new DriverException(error, failure);
        }
    }

    private async Task KeepAsync(string error, Exception failure)
    {
        try
        {
            await UpdateAsync(node => node with { TargetPowerState = null, LastError = error }, error);
        }
        catch (Exception notKept) when (notKept is not OperationCanceledException)
        {
            // What the machine did is told all the same.
            throw new DriverException($"{error} Nor could that be kept in the node: {notKept.Message}", failure);
        }
    }

    /// <summary>Reads the machine's power state.</summary>
    public Task<PowerState?> PowerAsync(CancellationToken cancellation) =>
        WithinAsync(token => types.PowerOf(Node).GetPowerAsync(Node, token), settings.PowerTimeout, "tell its power state", cancellation);

    internal Task WithinAsync(Func<CancellationToken, Task> work, TimeSpan timeout, string what, CancellationToken cancellation) =>
        WithinAsync(async token =>
        {
            await work(token);
            return true;
        }, timeout, what, cancellation);

    /// <summary>A driver that does not come back, whatever its reason, must not keep the node for ever.</summary>
    internal async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan timeout, string what, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await work(end.Token).WaitAsync(timeout, time, cancellation);
        }
        catch (TimeoutException late)
        {
            await end.CancelAsync();
            throw new DriverException(
                $"The driver of node {Node.Label} was asked to {what} and did not come back within {timeout.TotalSeconds:0} s. "
                + "Look whether its management controller answers.", late);
        }
        catch (Exception failure) when (failure is not (DriverException or NodeException or OperationCanceledException))
        {
            throw new DriverException($"The driver of node {Node.Label} failed when it was asked to {what}: {failure.Message}", failure);
        }
    }

    private string Now => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string PowerWord(PowerState state) => state == PowerState.Off ? "power off" : "power on";
}
