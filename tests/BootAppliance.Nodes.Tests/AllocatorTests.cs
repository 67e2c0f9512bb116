namespace BootAppliance.Nodes.Tests;

public sealed class AllocatorTests : IAsyncLifetime
{
    private readonly RegistryRig rig = new();
    private readonly MemoryResources store = new();
    private ResourceRegistry<Allocation> all = null!;
    private Allocator allocator = null!;

    public ValueTask InitializeAsync()
    {
        Restart();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task ANode_GoesToOneAllocation_OfManyAtOnce()
    {
        foreach (var number in Enumerable.Range(1, 5)) await rig.Nodes.AddAsync(Free() with { Name = $"n{number}" });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => allocator.AddAsync(new Allocation { ResourceClass = "rc" })));
        await allocator.WhenIdleAsync();

        all.All.Count(a => a.State == AllocationState.Active).ShouldBe(5);
        all.All.Count(a => a.State == AllocationState.Error).ShouldBe(3);
        rig.Nodes.All.Select(n => n.AllocationUuid).ShouldBeUnique();
        foreach (var allocation in all.All.Where(a => a.State == AllocationState.Active)) rig.Nodes.FindByUuid(allocation.NodeUuid!.Value)!.AllocationUuid.ShouldBe(allocation.Uuid);
    }

    [Fact]
    public async Task TheNamesake_IsTakenFirst()
    {
        foreach (var number in Enumerable.Range(1, 5)) await rig.Nodes.AddAsync(Free() with { Name = $"n{number}" });

        var allocation = await AllocateAsync(new Allocation { ResourceClass = "rc", Name = "n4" });

        rig.Nodes.FindByUuid(allocation.NodeUuid!.Value)!.Name.ShouldBe("n4");
    }

    [Fact]
    public async Task Search_GoesOn_AfterARestart()
    {
        var wanted = await all.AddAsync(new Allocation { ResourceClass = "rc" });
        var node = await rig.Nodes.AddAsync(Free());

        Restart();
        await allocator.WhenIdleAsync();

        (all.Find(wanted.Uuid)!.State, all.Find(wanted.Uuid)!.NodeUuid).ShouldBe((AllocationState.Active, (Guid?)node.Uuid));
    }

    [Fact]
    public async Task ANode_ThatWasTakenBeforeTheProcessDied_IsFoundAgain()
    {
        var wanted = await all.AddAsync(new Allocation { ResourceClass = "rc" });
        var taken = await rig.Nodes.AddAsync(Free() with { InstanceUuid = wanted.Uuid, AllocationUuid = wanted.Uuid });
        await rig.Nodes.AddAsync(Free());

        Restart();
        await allocator.WhenIdleAsync();

        all.Find(wanted.Uuid)!.NodeUuid.ShouldBe(taken.Uuid);
    }

    [Fact]
    public async Task AnAllocation_WhoseNodeWasFreedBeforeTheProcessDied_IsForgotten()
    {
        var node = await rig.Nodes.AddAsync(Free());
        await all.AddAsync(new Allocation { State = AllocationState.Active, NodeUuid = node.Uuid });

        Restart();
        await allocator.WhenIdleAsync();

        all.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task AMachine_WhosePowerNobodyKnows_IsTakenOnly_WhenAHandSwitchesIt()
    {
        await rig.Nodes.AddAsync(Free() with { Interfaces = new NodeInterfaces { Power = "fake" } });
        (await AllocateAsync(new Allocation { ResourceClass = "rc" })).State.ShouldBe(AllocationState.Error);

        await rig.Nodes.AddAsync(Free() with { Interfaces = new NodeInterfaces { Power = "fake" }, PowerState = PowerState.Off });
        (await AllocateAsync(new Allocation { ResourceClass = "rc" })).State.ShouldBe(AllocationState.Active);

        await rig.Nodes.AddAsync(Free());
        (await AllocateAsync(new Allocation { ResourceClass = "rc" })).State.ShouldBe(AllocationState.Active);
    }

    [Fact]
    public async Task ALockedNode_IsPassedOver()
    {
        var locked = await rig.Nodes.AddAsync(Free());
        var free = await rig.Nodes.AddAsync(Free());
        using var held = await rig.Nodes.HoldAsync(locked.Uuid, "somebody", TestContext.Current.CancellationToken);

        (await AllocateAsync(new Allocation { ResourceClass = "rc" })).NodeUuid.ShouldBe(free.Uuid);
    }

    [Fact]
    public async Task Owners_GetTheirOwnNodes()
    {
        await rig.Nodes.AddAsync(Free() with { Owner = "them" });
        var leased = await rig.Nodes.AddAsync(Free() with { Owner = "them", Lessee = "us" });

        (await AllocateAsync(new Allocation { ResourceClass = "rc", Owner = "us" })).NodeUuid.ShouldBe(leased.Uuid);
    }

    [Fact]
    public async Task Backfill_SaysWhatDoesNotFit()
    {
        var node = await rig.Nodes.AddAsync(Free());

        var refusal = await Should.ThrowAsync<NodeException>(() => allocator.BackfillAsync(new Allocation { ResourceClass = "other" }, node.Uuid));

        var failed = all.All.Single();
        failed.State.ShouldBe(AllocationState.Error);
        refusal.Message.ShouldBe($"Failed to process allocation {failed.Uuid}: Cannot backfill an allocation for node {node.Uuid}: "
            + "Node must be in the \"active\" state, but the current state is \"available\"; Resource class rc does not match the requested resource class other.");
        failed.LastError.ShouldBe(refusal.Message);
    }

    [Fact]
    public async Task ARemovedAllocation_LeavesNoNodeTaken()
    {
        var node = await rig.Nodes.AddAsync(Free());
        var taken = new TaskCompletionSource();
        var removed = new TaskCompletionSource();
        var adding = AddHeldUpAsync();

        await taken.Task;
        var allocation = all.All.Single();
        await all.RemoveAsync(allocation.Uuid);
        removed.SetResult();
        (await adding).State.ShouldBe(AllocationState.Allocating);
        await allocator.WhenIdleAsync();

        rig.Nodes.FindByUuid(node.Uuid)!.InstanceUuid.ShouldBeNull();
        rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid.ShouldBeNull();

        // The write of the node is held up until the allocation is gone.
        async Task<Allocation> AddHeldUpAsync()
        {
            rig.Store.BeforeWrite = () =>
            {
                rig.Store.BeforeWrite = () => Task.CompletedTask;
                taken.SetResult();
                return removed.Task;
            };
            return await allocator.AddAsync(new Allocation { ResourceClass = "rc" });
        }
    }

    [Fact]
    public async Task AnAllocation_ThatIsRemovedAsItWasReadBefore_FreesTheNodeFoundSince()
    {
        var node = await rig.Nodes.AddAsync(Free());
        var asRead = await allocator.AddAsync(new Allocation { ResourceClass = "rc" });
        await allocator.WhenIdleAsync();
        (asRead.NodeUuid, rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid).ShouldBe(((Guid?)null, (Guid?)asRead.Uuid));

        await allocator.RemoveAsync(asRead);

        rig.Nodes.FindByUuid(node.Uuid)!.InstanceUuid.ShouldBeNull();
        all.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task AnAllocation_WhoseNodeIsFoundWhileItIsRemoved_LeavesItFree()
    {
        var node = await rig.Nodes.AddAsync(Free());
        var (activating, removing) = (new TaskCompletionSource(), new TaskCompletionSource());
        store.BeforeWrite = () =>
        {
            if (rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid is null) return Task.CompletedTask;
            store.BeforeWrite = () => Task.CompletedTask;
            activating.SetResult();
            return removing.Task;
        };
        var adding = allocator.AddAsync(new Allocation { ResourceClass = "rc" });
        await activating.Task;

        // It looks at the allocation before its node is written into it, and then waits for its turn.
        var removal = allocator.RemoveAsync(all.All.Single());
        removing.SetResult();
        await Task.WhenAll(adding, removal);
        await allocator.WhenIdleAsync();

        rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid.ShouldBeNull();
        all.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ProvisionState.Available, false)]
    [InlineData(ProvisionState.Active, true)]
    public async Task ANode_WhoseAllocationWasForgotten_IsFreeAtTheNextStart(ProvisionState state, bool keepsItsInstance)
    {
        var lost = Guid.NewGuid();
        var node = await rig.Nodes.AddAsync(Free() with { ProvisionState = state, AllocationUuid = lost, InstanceUuid = lost });

        Restart();
        await allocator.WhenIdleAsync();

        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        (after.AllocationUuid, after.InstanceUuid).ShouldBe((null, keepsItsInstance ? lost : null));
    }

    [Fact]
    public async Task Backfill_ThatEndsInNothing_LeavesTheInstanceAsItWas()
    {
        var instance = Guid.NewGuid();
        var node = await rig.Nodes.AddAsync(Free() with
        {
            ProvisionState = ProvisionState.Active,
            InstanceUuid = instance,
            Traits = ["CUSTOM_A"],
            InstanceInfo = JsonFields.Parse("""{"traits": ["CUSTOM_B"]}"""),
        });
        store.BeforeWrite = async () =>
        {
            if (rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid is null) return;
            store.BeforeWrite = () => Task.CompletedTask;
            throw new NodeException(NodeFailure.NotFound, "the allocation was removed in the meantime");
        };

        await Should.ThrowAsync<NodeException>(() => allocator.BackfillAsync(new Allocation { Uuid = instance, Traits = ["CUSTOM_A"] }, node.Uuid));

        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        (after.AllocationUuid, after.InstanceUuid, after.InstanceInfo).ShouldBe((null, instance, node.InstanceInfo));
    }

    [Fact]
    public async Task Backfill_ThatTheEndOfTheProcessCutOff_TakesTheNodeThatWasMeant()
    {
        await rig.Nodes.AddAsync(Free());
        var meant = await rig.Nodes.AddAsync(Free() with { ProvisionState = ProvisionState.Active });
        rig.Store.BeforeWrite = () => throw new IOException("power cut");
        await Should.ThrowAsync<IOException>(() => allocator.BackfillAsync(new Allocation { ResourceClass = "rc" }, meant.Uuid));
        rig.Store.BeforeWrite = () => Task.CompletedTask;

        Restart();
        await allocator.WhenIdleAsync();

        var allocation = all.All.ShouldHaveSingleItem();
        (allocation.State, allocation.NodeUuid).ShouldBe((AllocationState.Active, meant.Uuid));
        rig.Nodes.FindByUuid(meant.Uuid)!.AllocationUuid.ShouldBe(allocation.Uuid);
    }

    [Fact]
    public async Task ASearch_ThatTheStoreEnded_GoesOnAtTheNextStart()
    {
        var node = await rig.Nodes.AddAsync(Free());
        rig.Store.BeforeWrite = () => throw new IOException("The disk is full.");
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "rc" });
        allocation.State.ShouldBe(AllocationState.Allocating);

        rig.Store.BeforeWrite = () => Task.CompletedTask;
        Restart();
        await allocator.WhenIdleAsync();

        all.Find(allocation.Uuid)!.NodeUuid.ShouldBe(node.Uuid);
    }

    [Fact]
    public async Task ASearch_ThatTheStoreEnded_GoesOnSoonAfter()
    {
        var node = await rig.Nodes.AddAsync(Free());
        FailToActivate();
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "rc" });
        (allocation.State, rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid).ShouldBe((AllocationState.Allocating, (Guid?)allocation.Uuid));

        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await allocator.WhenIdleAsync();
        all.Find(allocation.Uuid)!.State.ShouldBe(AllocationState.Allocating);

        store.BeforeWrite = () => Task.CompletedTask;
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await allocator.WhenIdleAsync();
        (all.Find(allocation.Uuid)!.State, all.Find(allocation.Uuid)!.NodeUuid).ShouldBe((AllocationState.Active, (Guid?)node.Uuid));
    }

    [Fact]
    public async Task AnAllocation_ThatNeverSaidWhichNodeItTook_LeavesItFree_WhenItIsRemoved()
    {
        var node = await rig.Nodes.AddAsync(Free());
        FailToActivate();
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "rc" });
        store.BeforeWrite = () => Task.CompletedTask;

        await allocator.RemoveAsync(allocation);

        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        (after.AllocationUuid, after.InstanceUuid).ShouldBe(((Guid?)null, (Guid?)null));
    }

    [Fact]
    public async Task ANode_ThatCouldNotBeFreedWithItsAllocation_IsFreedSoonAfter()
    {
        var node = await rig.Nodes.AddAsync(Free());
        FailToActivate();
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "rc" });
        store.BeforeWrite = () => Task.CompletedTask;
        rig.Store.BeforeWrite = () => throw new IOException("The disk is full.");
        await Should.ThrowAsync<IOException>(() => allocator.RemoveAsync(allocation));

        rig.Store.BeforeWrite = () => Task.CompletedTask;
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await allocator.WhenIdleAsync();

        rig.Nodes.FindByUuid(node.Uuid)!.AllocationUuid.ShouldBeNull();
    }

    /// <summary>From when a node is taken on, allocations cannot be written.</summary>
    private void FailToActivate() => store.BeforeWrite = () => rig.Nodes.All.Any(node => node.AllocationUuid is not null) ? throw new IOException("The disk is full.") : Task.CompletedTask;

    private static Node Free() => new() { ProvisionState = ProvisionState.Available, ResourceClass = "rc" };

    private void Restart()
    {
        all = new ResourceRegistry<Allocation>(store, rig.Time, "Allocation");
        allocator = new Allocator(all, rig.Nodes, rig.Time);
        allocator.Resume();
    }

    private async Task<Allocation> AllocateAsync(Allocation wanted)
    {
        var allocation = await allocator.AddAsync(wanted);
        await allocator.WhenIdleAsync();
        return all.Find(allocation.Uuid)!;
    }
}
