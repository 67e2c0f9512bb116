namespace BootAppliance.Nodes;

/// <summary>Which nodes an allocation can have, and when it can be taken from them.</summary>
internal static class AllocationRules
{
    /// <summary>The nodes that fit, in the order in which they are tried: the namesake first, the others in no order, so that allocations made at once do not all try the same one.</summary>
    public static IReadOnlyList<Node> Candidates(IEnumerable<Node> nodes, Allocation allocation)
    {
        var free = nodes.Where(node => IsFree(node, allocation)).ToArray();
        if (free.Length == 0)
        {
            throw Failed(allocation, allocation.CandidateNodes.IsEmpty
                ? $"no available nodes match the resource class {allocation.ResourceClass}"
                : $"none of the requested nodes are available and match the resource class {allocation.ResourceClass}");
        }

        var able = free.Where(node => HasTraits(node, allocation)).ToArray();
        if (able.Length == 0) throw Failed(allocation, $"no suitable nodes have the requested traits {string.Join(", ", allocation.Traits)}");
        Random.Shared.Shuffle(able);
        return [.. able.OrderBy(node => allocation.Name is null || node.Name != allocation.Name)];
    }

    public static bool Fits(Node node, Allocation allocation) => IsFree(node, allocation) && HasTraits(node, allocation);

    /// <summary>Why a node that is in use is not what an allocation describes.</summary>
    public static IReadOnlyList<string> Problems(Node node, Allocation allocation)
    {
        var problems = new List<string>();
        if (node.ProvisionState != ProvisionState.Active) problems.Add($"Node must be in the \"active\" state, but the current state is \"{node.ProvisionState.ToApiString()}\"");
        if (allocation.ResourceClass is { } wanted && node.ResourceClass != wanted) problems.Add($"Resource class {node.ResourceClass} does not match the requested resource class {wanted}");
        if (!HasTraits(node, allocation)) problems.Add($"List of traits {string.Join(", ", node.Traits)} does not match the requested traits {string.Join(", ", allocation.Traits)}");
        if (!allocation.CandidateNodes.IsEmpty && !allocation.CandidateNodes.Contains(node.Uuid))
            problems.Add($"Candidate nodes must be empty or contain the target node, but got {string.Join(", ", allocation.CandidateNodes)}");
        if (node.AllocationUuid is { } other) problems.Add($"Node is held by allocation {other}");
        if (node.InstanceUuid is { } instance && instance != allocation.Uuid) problems.Add($"Node is associated with instance {instance}");
        return problems;
    }

    /// <summary>Refuses to take an allocation from a node in use.</summary>
    public static void CheckRelease(Node node, Allocation allocation)
    {
        if (node.Maintenance) return;
        if (node.TargetProvisionState is not null && !node.ProvisionState.Has(ProvisionTraits.UpdateAllowed))
        {
            throw new NodeException(NodeFailure.Conflict, $"Cannot remove allocation {allocation.Uuid} for node {node.Uuid}, because the node is in state {node.ProvisionState.ToApiString()} "
                + "where updates are not allowed (and maintenance mode is off)");
        }

        if (node.ProvisionState == ProvisionState.Active)
            throw new NodeException(NodeFailure.Conflict, $"Cannot remove allocation {allocation.Uuid} for node {node.Uuid}, because the node is active (and maintenance mode is off)");
    }

    // Ironic skips machines whose power state it could not read. A machine that is switched by hand has none that could be read, and is no worse for it.
    private static bool IsFree(Node node, Allocation allocation) =>
        node is { ProvisionState: ProvisionState.Available, InstanceUuid: null, AllocationUuid: null, Maintenance: false }
        && (node.PowerState is not null || node.Interfaces.Power == "noop")
        && node.ResourceClass == allocation.ResourceClass
        && (allocation.CandidateNodes.IsEmpty || allocation.CandidateNodes.Contains(node.Uuid))
        && (allocation.Owner is null || node.Owner == allocation.Owner || node.Lessee == allocation.Owner);

    private static bool HasTraits(Node node, Allocation allocation) => allocation.Traits.All(trait => node.Traits.Contains(trait));

    public static NodeException Failed(Allocation allocation, string why) => new(NodeFailure.Conflict, $"Failed to process allocation {allocation.Uuid}: {why}.");
}
