using BootAppliance.Tests;

namespace BootAppliance.Nodes.Tests;

public sealed class ResourceRegistryTests
{
    private readonly MemoryResources store = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task Resources_KeepTheirOrder_AfterARestart()
    {
        var before = Open();
        foreach (var name in new[] { "CUSTOM_C", "CUSTOM_A", "CUSTOM_B" }) await before.AddAsync(new Runbook { Name = name });
        await before.RemoveAsync(before.Get("CUSTOM_A").Uuid);

        var after = Open();
        await after.AddAsync(new Runbook { Name = "CUSTOM_D" });

        after.All.Select(r => r.Name).ShouldBe(["CUSTOM_C", "CUSTOM_B", "CUSTOM_D"]);
        after.All.ShouldAllBe(r => r.CreatedAt == time.GetUtcNow());
    }

    [Fact]
    public async Task TwoWriters_WithOneName_AreOne()
    {
        var registry = Open();

        var refusals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RefusalAsync(registry))));

        refusals.Count(refusal => refusal is null).ShouldBe(1);
        refusals.OfType<NodeException>().ShouldAllBe(refusal => refusal.Kind == NodeFailure.Conflict && refusal.Message == "A runbook with name CUSTOM_A already exists.");
        Open().All.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_IsSeen_ThatTheStoreDidNotTake()
    {
        var registry = Open();
        var kept = await registry.AddAsync(new Runbook { Name = "CUSTOM_A" });
        store.BeforeWrite = () => throw new IOException("The disk is full.");

        await Should.ThrowAsync<IOException>(() => registry.AddAsync(new Runbook { Name = "CUSTOM_B" }));
        await Should.ThrowAsync<IOException>(() => registry.UpdateAsync(kept.Uuid, r => r with { Name = "CUSTOM_C" }));
        await Should.ThrowAsync<IOException>(() => registry.RemoveAsync(kept.Uuid));

        registry.All.ShouldBe([kept]);
        store.BeforeWrite = () => Task.CompletedTask;
        (await registry.AddAsync(new Runbook { Name = "CUSTOM_B" })).Number.ShouldBe(2);
    }

    [Fact]
    public async Task Change_IsRefused_ForTheNameOfAnother()
    {
        var registry = Open();
        await registry.AddAsync(new Runbook { Name = "CUSTOM_A" });
        var other = await registry.AddAsync(new Runbook { Name = "CUSTOM_B" });

        (await Should.ThrowAsync<NodeException>(() => registry.UpdateAsync(other.Uuid, r => r with { Name = "CUSTOM_A" }))).Kind.ShouldBe(NodeFailure.Conflict);
        (await Should.ThrowAsync<NodeException>(() => registry.AddAsync(new Runbook { Uuid = other.Uuid }))).Message.ShouldBe($"A runbook with UUID {other.Uuid} already exists.");
        (await Should.ThrowAsync<NodeException>(() => registry.RemoveAsync(Guid.Empty))).Kind.ShouldBe(NodeFailure.NotFound);
    }

    private static async Task<NodeException?> RefusalAsync(ResourceRegistry<Runbook> registry)
    {
        try
        {
            await registry.AddAsync(new Runbook { Name = "CUSTOM_A" });
            return null;
        }
        catch (NodeException refusal)
        {
            return refusal;
        }
    }

    private ResourceRegistry<Runbook> Open() => new(store, time, "Runbook");
}
