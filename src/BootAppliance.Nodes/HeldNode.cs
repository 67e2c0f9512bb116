namespace BootAppliance.Nodes;

/// <summary>A node that one writer holds until it is disposed: nobody else changes the node meanwhile, everybody goes on reading it.</summary>
public sealed class HeldNode : IDisposable
{
    private static readonly ProvisionState[] removable = [ProvisionState.Manageable, ProvisionState.Enroll, ProvisionState.AdoptFailed, ProvisionState.Available];

    private readonly NodeRegistry registry;
    private readonly NodeSlot slot;

    internal HeldNode(NodeRegistry registry, NodeSlot slot)
    {
        this.registry = registry;
        this.slot = slot;
    }

    /// <summary>The node as it is now.</summary>
    public Node Node => slot.Node ?? throw new InvalidOperationException("The node was removed.");

    /// <summary>Changes fields and ports; the provision state is changed by <see cref="ApplyAsync"/> only. Returns when it is durable.</summary>
    /// <param name="change">The change; the same node where there is none.</param>
    /// <param name="text">What the boot timeline says of it.</param>
    /// <param name="kind">What happened.</param>
    public Task<Node> UpdateAsync(Func<Node, Node> change, string? text = null, MachineEventKind kind = MachineEventKind.NodeChanged)
    {
        var before = Node;
        var after = change(before);
        if (ReferenceEquals(after, before)) return Task.FromResult(before);
        if (after.ProvisionState != before.ProvisionState) throw new InvalidOperationException("A provision state is changed by an event.");
        return registry.SaveAsync(slot, after, kind, text ?? $"Node {after.Label} was changed.");
    }

    /// <summary>
    /// Moves the node to where an event leads, and changes fields with it; refused where the table does not allow it. Returns when it is durable.
    /// </summary>
    /// <param name="event">What was asked or happened.</param>
    /// <param name="change">Fields that change in the same step.</param>
    /// <param name="target">Where the node is being taken, if not where the next state usually leads.</param>
    public Task<Node> ApplyAsync(ProvisionEvent @event, Func<Node, Node>? change = null, ProvisionState? target = null)
    {
        var before = Node;
        if (before.ProvisionState.Next(@event) is not { } next) throw NodeException.NotAllowed(@event.ToString().ToLowerInvariant(), before);
        if (target is null && IsWithinJob(@event)) target = before.TargetProvisionState;
        var after = (change?.Invoke(before) ?? before) with
        {
            ProvisionState = next,
            TargetProvisionState = next.Has(ProvisionTraits.Stable) ? null : target ?? next.Info().Target,
            ProvisionUpdatedAt = registry.Now,
        };
        var text = $"{before.ProvisionState.ToApiString()} → {next.ToApiString()}";
        if (after.LastError is { } error && error != before.LastError) text += $": {error}";
        return registry.SaveAsync(slot, after, MachineEventKind.StateChanged, text);
    }

    /// <summary>Whether the node is still being taken where the verb said: a cleaning that was asked for ends in another state than one between instances.</summary>
    private static bool IsWithinJob(ProvisionEvent @event) => @event is
        ProvisionEvent.Wait or ProvisionEvent.Resume or ProvisionEvent.Hold or ProvisionEvent.Unhold or ProvisionEvent.Fail or ProvisionEvent.Abort;

    /// <summary>Removes the node, where its state allows that or it is in maintenance. Returns when that is durable.</summary>
    public async Task RemoveAsync()
    {
        var node = Node;
        if (!node.Maintenance && node.InstanceUuid is { } instance) throw new NodeException(NodeFailure.Conflict, $"Node {node.Uuid} is associated with instance {instance}.");
        if (node.Protected) throw NodeException.Guarded(node);
        if (!node.Maintenance && !removable.Contains(node.ProvisionState))
        {
            throw new NodeException(NodeFailure.Conflict,
                $"Can not delete node \"{node.Uuid}\" while it is in provision state \"{node.ProvisionState.ToApiString()}\". "
                + $"Valid provision states to perform deletion are: \"({string.Join(", ", removable.Select(s => $"'{s.ToApiString()}'"))})\", or set the node into maintenance mode");
        }

        await registry.DeleteAsync(slot);
    }

    /// <summary>Lets the next writer have the node.</summary>
    public void Dispose()
    {
        slot.Reservation = null;
        slot.Writer.Release();
    }
}
