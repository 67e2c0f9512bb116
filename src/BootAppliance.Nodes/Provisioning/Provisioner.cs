using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>
/// Takes nodes through the verbs of the state machine: a verb moves the node into a state with work to do, the work of that state ends in the next event,
/// and so on until the node rests or waits for its machine. Each step is durable before the next begins.
/// </summary>
public sealed class Provisioner(NodeRegistry nodes, ILogger<Provisioner> logger)
{
    private static readonly FrozenSet<ProvisionVerb> supported =
    [
        ProvisionVerb.Manage, ProvisionVerb.Provide, ProvisionVerb.Deploy, ProvisionVerb.Rebuild, ProvisionVerb.Delete, ProvisionVerb.Abort,
    ];

    // What is done in each state under way. Cleaning does nothing: there is no agent to do it.
    private static readonly FrozenDictionary<ProvisionState, Func<HeldNode, Task>> work = new Dictionary<ProvisionState, Func<HeldNode, Task>>
    {
        [ProvisionState.Verifying] = held => held.ApplyAsync(ProvisionEvent.Done),
        [ProvisionState.Cleaning] = held => held.ApplyAsync(ProvisionEvent.Done),
        [ProvisionState.Deploying] = held => held.ApplyAsync(ProvisionEvent.Done),
        [ProvisionState.Deleting] = held => held.ApplyAsync(ProvisionEvent.Clean, WithoutInstance),
    }.ToFrozenDictionary();

    /// <summary>Does what a verb asks for; refused with a <see cref="NodeException"/> where the node or its state does not allow it.</summary>
    public async Task<Node> RequestAsync(Guid uuid, ProvisionVerb verb, CancellationToken cancellation = default)
    {
        using var held = await nodes.HoldAsync(uuid, cancellation: cancellation);

        // Nobody else works on a node that is held, so a node under way is one whose last verb was stopped by the store; it is taken on first.
        await WorkAsync(held);
        Check(held.Node, verb);
        await held.ApplyAsync(verb.ToEvent(), node => node with { LastError = verb == ProvisionVerb.Abort ? AbortError(node) : null });
        await WorkAsync(held);
        return held.Node;
    }

    /// <summary>
    /// Takes a node on after something happened that it waited for: the machine reported (<see cref="ProvisionEvent.Resume"/>, <see cref="ProvisionEvent.Done"/>),
    /// or what it reported is a failure (<see cref="ProvisionEvent.Fail"/>). Returns when the step and the change are durable; refused where the node is not waiting for that.
    /// </summary>
    /// <param name="uuid">The node.</param>
    /// <param name="event">What happened.</param>
    /// <param name="change">Fields that change in the same step; of a failure, the <c>last_error</c>.</param>
    /// <param name="cancellation">Ends the waiting for the node.</param>
    public async Task<Node> ContinueAsync(Guid uuid, ProvisionEvent @event, Func<Node, Node>? change = null, CancellationToken cancellation = default)
    {
        using var held = await nodes.HoldAsync(uuid, cancellation: cancellation);
        await held.ApplyAsync(@event, change);
        await WorkAsync(held);
        return held.Node;
    }

    /// <summary>
    /// To be called once at start, before anything else is asked: fails every node whose work was under way when the process ended, as Ironic does,
    /// so that its operator sees it and can ask again.
    /// </summary>
    public async Task RecoverAsync()
    {
        foreach (var node in nodes.All.Where(n => n.ProvisionState.Has(ProvisionTraits.LostOnRestart)).ToList())
        {
            var state = node.ProvisionState.ToApiString();
            try
            {
                await nodes.ApplyAsync(node.Uuid, ProvisionEvent.Fail,
                    n => n with { LastError = $"The {state} state can't be resumed after a restart of the appliance. Moving to fail state." });
            }
            catch (Exception exception)
            {
                logger.NotRecovered(node.Label, state, exception.Message);
            }
        }
    }

    private static async Task WorkAsync(HeldNode held)
    {
        while (work.TryGetValue(held.Node.ProvisionState, out var step)) await step(held);
    }

    private static void Check(Node node, ProvisionVerb verb)
    {
        if (node.ProvisionState.Next(verb.ToEvent()) is null) throw NodeException.NotAllowed(verb.ToApiString(), node);
        if (!supported.Contains(verb))
        {
            throw new NodeException(NodeFailure.Invalid,
                $"Driver {node.Driver} does not support {verb.ToApiString()} (disabled or not implemented).");
        }

        if (verb is ProvisionVerb.Delete or ProvisionVerb.Rebuild && node.Protected) throw NodeException.Guarded(node);
        if (verb is ProvisionVerb.Deploy or ProvisionVerb.Rebuild) CheckInstance(node);
        else if (verb == ProvisionVerb.Provide) CheckMaintenance(node, "providing");
    }

    private static void CheckInstance(Node node)
    {
        CheckMaintenance(node, "provisioning");
        if (node.Interfaces.Deploy != "ramdisk")
            throw new NodeException(NodeFailure.Invalid, $"Driver {node.Driver} does not support deploy interface {node.Interfaces.Deploy} (disabled or not implemented).");
        if (string.IsNullOrWhiteSpace(node.InstanceInfo.Text("kernel")))
        {
            throw new NodeException(NodeFailure.Invalid,
                $"Failed to validate deploy or power info for node {node.Uuid}. Error: Cannot validate image information for node {node.Uuid} "
                + "because one or more parameters are missing from its instance_info. Missing are: ['kernel']");
        }
    }

    private static void CheckMaintenance(Node node, string operation)
    {
        if (node.Maintenance)
            throw new NodeException(NodeFailure.Invalid, $"The {operation} operation can't be performed on node {node.Uuid} because it's in maintenance mode.");
    }

    private static string? AbortError(Node node)
    {
        var next = node.ProvisionState.Next(ProvisionEvent.Abort)!.Value;
        return next.Has(ProvisionTraits.Failed) ? $"By request, the {next.ToApiString().Replace(" failed", "", StringComparison.Ordinal)} operation was aborted" : null;
    }

    private static Node WithoutInstance(Node node) => node with { InstanceInfo = JsonFields.Empty, InstanceUuid = null };
}
