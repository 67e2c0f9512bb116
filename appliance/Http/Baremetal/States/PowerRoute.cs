using System.Text.Json;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary><c>PUT /v1/nodes/NODE/states/power</c>: on, off, and the way round.</summary>
internal sealed class PowerRoute(NodeRegistry nodes, Provisioner provisioner)
{
    private const int LongestTimeout = 24 * 60 * 60;
    private const int SoftSince = 27;

    /// <summary>The words of power states, as clients read them.</summary>
    public static string? Word(PowerState? state) => state is { } known ? JsonSerializer.SerializeToElement(known).GetString() : null;

    /// <summary>
    /// The power state that clients are told. Ansible refuses to deploy a node whose power state nobody knows: a machine that only a hand switches counts as on as soon as it is managed.
    /// </summary>
    public static PowerState? Told(Node node) =>
        node.PowerState ?? (node.Interfaces.Power == "noop" && node.ProvisionState is not (ProvisionState.Enroll or ProvisionState.Verifying) ? PowerState.On : null);

    public async Task<ApiAnswer> AnswerAsync(ApiCall call)
    {
        var body = await StateBody.ReadAsync(call, "target", "timeout");
        var node = nodes.Get(call);
        var target = body.RequiredText("target");
        var timeout = body.Integer("timeout");
        if (!PowerActions.TryParse(target, out var action)) throw NotAllowed(node, target, Word(node.PowerState) ?? "None");
        if (action.IsSoft() || timeout is not null) call.Needs(SoftSince);
        if (timeout is < 1 or > LongestTimeout) throw BaremetalException.Bad("timeout has to be positive integer");

        // Said at once, since whoever cleans the node holds it; the provisioner looks again when it has the node.
        if (node.ProvisionState is ProvisionState.Cleaning or ProvisionState.CleanWait) throw NotAllowed(node, target, node.ProvisionState.ToApiString());
        await provisioner.SwitchAsync(node.Uuid, action, timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, call.Cancellation);
        return StateRoutes.Accepted(call);
    }

    private static BaremetalException NotAllowed(Node node, string action, string state) =>
        BaremetalException.Bad($"The requested action \"{action}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{state}\".");
}
