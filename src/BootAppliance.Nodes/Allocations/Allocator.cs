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

    /// <summary>How long after a failure of the store, which it logs itself, the same is tried again: at first, and at most.</summary>
    private static readonly (TimeSpan First, TimeSpan Longest) Pause = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

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

    /// <summary>
    /// Goes on with the searches that were under way when the process ended, ends the allocations whose node was freed just then, and frees the nodes whose
    /// allocation was forgotten just then; to be called once at start.
    /// </summary>
    public void Resume()
    {
        foreach (var allocation in all.All)
        {
            if (allocation.State == AllocationState.Allocating) _ = Begin(allocation);
            else if (allocation.NodeUuid is { } node && nodes.FindByUuid(node)?.AllocationUuid != allocation.Uuid) _ = Begin(allocation.Uuid, () => ForgetAsync(allocation.Uuid));
        }

        foreach (var node in nodes.All)
        {
            if (node.AllocationUuid is { } lost && all.Find(lost) is null) _ = Begin(lost, () => FreeAsync(node.Uuid, lost, AfterLoss));
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
        var added = await all.AddAsync(wanted with { State = AllocationState.Allocating, NodeUuid = node });
        try
        {
            return await TakeAsync(node, added);
        }
        catch (NodeException refusal)
        {
            await FailAsync(added, refusal.Message);
            throw;
        }
        catch
        {
            _ = TryAgainAsync(added.Uuid, () => SearchAsync(added.Uuid), Pause.First);
            throw;
        }
    }

    /// <summary>Frees the node, where its state allows that, and forgets the allocation. Returns when that is durable.</summary>
    public async Task RemoveAsync(Allocation allocation)
    {
        if (all.Find(allocation.Uuid) is { NodeUuid: { } known })
        {
            await FreeAsync(known, allocation.Uuid, node =>
            {
                AllocationRules.CheckRelease(node, allocation);
                return Freed(node);
            });
        }

        if (await ForgetAsync(allocation.Uuid) is not { } last) return;
        try
        {
            await FreeTakenAsync(last.Uuid, last.NodeUuid);
        }
        catch
        {
            _ = TryAgainAsync(last.Uuid, () => FreeTakenAsync(last.Uuid, last.NodeUuid), Pause.First);
            throw;
        }
    }

    /// <summary>Frees the node of an allocation that is gone: it may have been found only just before that, and nobody else would free it.</summary>
    private Task FreeTakenAsync(Guid allocation, Guid? found = null) =>
        (found ?? nodes.FindByInstance(allocation)?.Uuid) is { } taken ? FreeAsync(taken, allocation, AfterLoss) : Task.CompletedTask;

    private async Task FreeAsync(Guid node, Guid allocation, Func<Node, Node> free)
    {
        if (nodes.FindByUuid(node) is not null) await nodes.UpdateAsync(node, taken => taken.AllocationUuid == allocation ? free(taken) : taken);
    }

    private static Node Freed(Node node) => node with { AllocationUuid = null, InstanceUuid = null, InstanceInfo = node.InstanceInfo.Without("traits") };

    /// <summary>The node whose allocation is gone: where it runs an instance, that was there before the allocation.</summary>
    private static Node AfterLoss(Node node) => node.ProvisionState == ProvisionState.Active ? node with { AllocationUuid = null } : Freed(node);

    private Task Begin(Allocation allocation) => Begin(allocation.Uuid, () => SearchAsync(allocation.Uuid));

    private Task Begin(Guid allocation, Func<Task> work) => Begin(allocation, work, Pause.First);

    private Task Begin(Guid allocation, Func<Task> work, TimeSpan pause)
    {
        var done = new TaskCompletionSource();
        searches[allocation] = done.Task;
        _ = Task.Run(async () =>
        {
            var attempt = work();
            await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!attempt.IsCompletedSuccessfully) _ = TryAgainAsync(allocation, work, pause);
            searches.TryRemove(new KeyValuePair<Guid, Task>(allocation, done.Task));
            done.SetResult();
        });
        return done.Task;
    }

    /// <summary>Nobody waits for the result any more, and what the disk says is what the next start would go on with.</summary>
    private async Task TryAgainAsync(Guid allocation, Func<Task> work, TimeSpan pause)
    {
        await Task.Delay(pause, time);
        await Begin(allocation, work, pause * 2 < Pause.Longest ? pause * 2 : Pause.Longest);
    }

    private async Task SearchAsync(Guid uuid)
    {
        if (all.Find(uuid) is not { } allocation)
        {
            await FreeTakenAsync(uuid);
            return;
        }

        if (allocation.State != AllocationState.Allocating) return;
        try
        {
            if (nodes.FindByInstance(allocation.Uuid) is { } taken && taken.AllocationUuid == allocation.Uuid) await ActivateAsync(taken, allocation);
            else if (allocation.NodeUuid is { } wanted) await TakeAsync(wanted, allocation);
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

    /// <summary>Takes a node that runs its instance already.</summary>
    private async Task<Allocation> TakeAsync(Guid node, Allocation allocation)
    {
        using var held = await nodes.HoldAsync(node);
        var problems = AllocationRules.Problems(held.Node, allocation);
        if (problems.Count > 0) throw AllocationRules.Failed(allocation, $"Cannot backfill an allocation for node {node}: {string.Join("; ", problems)}");
        return await TakeAsync(held, allocation);
    }

    private async Task<Allocation> TakeAsync(HeldNode held, Allocation allocation)
    {
        var before = held.Node;
        var node = await held.UpdateAsync(free => free with
        {
            AllocationUuid = allocation.Uuid,
            InstanceUuid = allocation.Uuid,
            InstanceInfo = allocation.Traits.IsEmpty ? free.InstanceInfo : free.InstanceInfo.With("traits", allocation.Traits),
        });
        try
        {
            return await ActivateAsync(node, allocation);
        }
        catch (NodeException)
        {
            // The allocation was removed in the meantime.
            await held.UpdateAsync(taken => taken with { AllocationUuid = before.AllocationUuid, InstanceUuid = before.InstanceUuid, InstanceInfo = before.InstanceInfo });
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

    /// <summary>The allocation as it was last; null: somebody else forgot it first.</summary>
    private async Task<Allocation?> ForgetAsync(Guid uuid)
    {
        try
        {
            return await all.RemoveAsync(uuid);
        }
        catch (NodeException)
        {
            return null;
        }
    }
}
