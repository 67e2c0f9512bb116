using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>What may be done with a machine's power.</summary>
public enum PowerAction
{
    /// <summary><c>power on</c></summary>
    On,

    /// <summary><c>power off</c></summary>
    Off,

    /// <summary><c>rebooting</c>: off and on again, hard.</summary>
    Reboot,

    /// <summary><c>soft power off</c>: the system on the machine is asked to shut down.</summary>
    SoftOff,

    /// <summary><c>soft rebooting</c>: the system on the machine is asked to restart.</summary>
    SoftReboot,
}

/// <summary>Switches a machine on and off, and says whether it is on.</summary>
public interface IPowerInterface : IDriverInterface
{
    /// <summary>What it can do with this node; nothing where nobody can but a hand on the switch.</summary>
    ImmutableArray<PowerAction> SupportedPowerActions(Node node);

    /// <summary>Whether the machine is on; null where that cannot be known.</summary>
    Task<PowerState?> GetPowerAsync(Node node, CancellationToken cancellation);

    /// <summary>Does it, and returns the machine's power state afterwards.</summary>
    /// <param name="node">The node.</param>
    /// <param name="action">One of <see cref="SupportedPowerActions"/>.</param>
    /// <param name="timeout">How long to wait for the machine.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<PowerState?> SetPowerAsync(Node node, PowerAction action, TimeSpan timeout, CancellationToken cancellation);
}

/// <summary>The words for <see cref="PowerAction"/>, and where each leads.</summary>
public static class PowerActions
{
    private static readonly string[] words = ["power on", "power off", "rebooting", "soft power off", "soft rebooting"];

    /// <summary>Every action.</summary>
    public static ImmutableArray<PowerAction> All { get; } = [.. Enum.GetValues<PowerAction>()];

    /// <summary>The action as the API writes it.</summary>
    public static string ToApiString(this PowerAction action) => words[(int)action];

    /// <summary>Reads what the API writes.</summary>
    public static bool TryParse(string? word, out PowerAction action)
    {
        var index = Array.IndexOf(words, word);
        action = (PowerAction)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The power state that the machine is in when the action is complete.</summary>
    public static PowerState Target(this PowerAction action) => action is PowerAction.Off or PowerAction.SoftOff ? PowerState.Off : PowerState.On;

    /// <summary>Whether the system on the machine is asked first.</summary>
    public static bool IsSoft(this PowerAction action) => action is PowerAction.SoftOff or PowerAction.SoftReboot;
}
