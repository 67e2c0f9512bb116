using System.Collections.Concurrent;

namespace BootAppliance.Nodes;

/// <summary>
/// Finds nodes for allocations. An allocation is durable before its node is looked for, and a node is taken before its allocation says so: after a restart
/// the search goes on where it stood, and finds a node that it had taken already.
/// </summary>
public sealed class Allocator
{
    /// <summary>How long who asks for an allocation waits for its node. It is told of an allocation under way in any case, but most ask again at once, and then it is found.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ResourceRegistry<Allocation> all;
    private readonly NodeRegistry nodes;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<Guid, Task> searches = new();

    /// <summary>An allocator that ends an allocation as soon as its node is free of it, for whatever reason.</summary>
    public Allocator(ResourceRegistry<Allocation> all, NodeRegistry nodes, TimeProvider time)
    {
        this.all = all;
        this.nodes = nodes;
        this.time = time;
        nodes.AllocationReleased = ForgetAsync;
    }

    /// <summary>Goes on with the searches that were under way when the process ended, and ends the allocations whose node was freed just then; to be called once at start.</summary>
    public void Resume()
    {
        foreach (var allocation in all.All)
        {
            if (allocation.State == AllocationState.Allocating) _ = Begin(allocation);
            else if (allocation.NodeUuid is { } node && nodes.FindByUuid(node)?.AllocationUuid != allocation.Uuid) searches[allocation.Uuid] = ForgetAsync(allocation.Uuid);
        }
    }

    /// <summary>Ends when no search is under way.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(searches.Values);

    /// <summary>Adds an allocation, and begins to look for its node. Returns the durable allocation as it is before the search.</summary>
    public async Task<Allocation> AddAsync(Allocation wanted)
    {
        var added = await all.AddAsync(wanted with { State = AllocationState.Allocating, NodeUuid = null });
        await Begin(added).WaitAsync(Patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return added;
    }

    /// <summary>Adds an allocation for a node that runs its instance already; refused where the node is not as the allocation says.</summary>
    public async Task<Allocation> BackfillAsync(Allocation wanted, Guid node)
    {
        var added = await all.AddAsync(wanted with { State = AllocationState.Allocating, NodeUuid = null });
        try
        {
            using var held = await nodes.HoldAsync(node);
            var problems = AllocationRules.Problems(held.Node, added);
            if (problems.Count > 0) throw AllocationRules.Failed(added, $"Cannot backfill an allocation for node {node}: {string.Join("; ", problems)}");
            return await TakeAsync(held, added);
        }
        catch (NodeException refusal)
        {
            await FailAsync(added, refusal.Message);
            throw;
        }
    }

    /// <summary>Frees the node, where its state allows that, and forgets the allocation. Returns when that is durable.</summary>
    public async Task RemoveAsync(Allocation allocation)
    {
        if (allocation.NodeUuid is { } uuid && nodes.FindByUuid(uuid) is not null)
        {
            await nodes.UpdateAsync(uuid, node =>
            {
                if (node.AllocationUuid != allocation.Uuid) return node;
                AllocationRules.CheckRelease(node, allocation);
                return node with { AllocationUuid = null, InstanceUuid = null, InstanceInfo = node.InstanceInfo.Without("traits") };
            });
        }

        await ForgetAsync(allocation.Uuid);
    }

    private Task Begin(Allocation allocation)
    {
        var done = new TaskCompletionSource();
        searches[allocation.Uuid] = done.Task;
        _ = Task.Run(async () =>
        {
            // Where the store takes nothing, which it logs, the allocation stays as it is on the disk, and the next start goes on with it.
            await SearchAsync(allocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            searches.TryRemove(allocation.Uuid, out _);
            done.SetResult();
        });
        return done.Task;
    }

    private async Task SearchAsync(Allocation allocation)
    {
        try
        {
            if (nodes.FindByInstance(allocation.Uuid) is { } taken && taken.AllocationUuid == allocation.Uuid) await ActivateAsync(taken, allocation);
            else await TakeAnyAsync(allocation, AllocationRules.Candidates(nodes.InOrder(), allocation));
        }
        catch (NodeException refusal)
        {
            await FailAsync(allocation, refusal.Message);
        }
    }

    /// <summary>Nodes that somebody works on come last, and only those are waited for.</summary>
    private async Task TakeAnyAsync(Allocation allocation, IReadOnlyList<Node> candidates)
    {
        var locked = 0;
        foreach (var node in candidates.OrderBy(node => nodes.Reservation(node) is not null))
        {
            try
            {
                using var held = await nodes.HoldAsync(node.Uuid);
                if (!AllocationRules.Fits(held.Node, allocation)) continue;
                await TakeAsync(held, allocation);
                return;
            }
            catch (NodeException refusal) when (refusal.Kind is NodeFailure.Locked or NodeFailure.NotFound && all.Find(allocation.Uuid) is not null)
            {
                if (refusal.Kind == NodeFailure.Locked) locked++;
            }
        }

        throw AllocationRules.Failed(allocation, locked > 0 ? $"could not reserve any of {locked} suitable nodes" : "all nodes were filtered out during reservation");
    }

    private async Task<Allocation> TakeAsync(HeldNode held, Allocation allocation)
    {
        var node = await held.UpdateAsync(before => before with
        {
            AllocationUuid = allocation.Uuid,
            InstanceUuid = allocation.Uuid,
            InstanceInfo = allocation.Traits.IsEmpty ? before.InstanceInfo : before.InstanceInfo.With("traits", allocation.Traits),
        });
        try
        {
            return await ActivateAsync(node, allocation);
        }
        catch (NodeException)
        {
            // The allocation was removed in the meantime.
            await held.UpdateAsync(before => before with { AllocationUuid = null, InstanceUuid = null, InstanceInfo = before.InstanceInfo.Without("traits") });
            throw;
        }
    }

    private Task<Allocation> ActivateAsync(Node node, Allocation allocation) =>
        all.UpdateAsync(allocation.Uuid, a => a with { State = AllocationState.Active, NodeUuid = node.Uuid, ResourceClass = a.ResourceClass ?? node.ResourceClass, LastError = null });

    private async Task FailAsync(Allocation allocation, string why)
    {
        if (all.Find(allocation.Uuid) is null) return;
        await all.UpdateAsync(allocation.Uuid, a => a with { State = AllocationState.Error, NodeUuid = null, LastError = why });
    }

    private async Task ForgetAsync(Guid uuid)
    {
        try
        {
            await all.RemoveAsync(uuid);
        }
        catch (NodeException)
        {
            // Somebody else forgot it first.
        }
    }
}
