using BootAppliance.Tests;

namespace BootAppliance.Nodes.Tests;

/// <summary>Nodes whose machine lets them wait.</summary>
public class WaitTests
{
    [Theory]
    [InlineData(ProvisionState.DeployWait, ProvisionState.DeployFailed, "Timeout reached while waiting for callback for node {0}.")]
    [InlineData(ProvisionState.InspectWait, ProvisionState.InspectFailed, "timeout reached while inspecting the node.")]
    [InlineData(ProvisionState.RescueWait, ProvisionState.RescueFailed, "Timeout reached while waiting for rescue ramdisk callback for node {0}.")]
    [InlineData(ProvisionState.CleanWait, ProvisionState.CleanFailed, "Timeout reached while cleaning the node. Please check if the ramdisk responsible for the cleaning is running on the node.")]
    public async Task WaitingNode_Fails_WhenItsTimeIsOver(ProvisionState state, ProvisionState failed, string words)
    {
        await using var rig = new RegistryRig(Store(state, out var node));
        var seen = new Seen("the kernel was sent to it at 12:00");

        rig.Time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        await rig.Provisioner.FailLateAsync(seen);
        rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(state);
        rig.Time.Advance(TimeSpan.FromTicks(1));
        await rig.Provisioner.FailLateAsync(seen);

        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        (after.ProvisionState, after.LastError)
            .ShouldBe((failed, words.Replace("{0}", node.Uuid.ToString(), StringComparison.Ordinal) + " The last thing seen of its machine: the kernel was sent to it at 12:00"));
        seen.Since.ShouldBe(node.ProvisionUpdatedAt);
    }

    [Fact]
    public async Task TimeOut_IsCountedOverRestarts()
    {
        var store = Store(ProvisionState.InspectWait, out var node);
        await using (var first = new RegistryRig(store))
        {
            first.Time.Advance(TimeSpan.FromMinutes(20));
            await first.Provisioner.FailLateAsync(new Seen(null));
        }

        await using var second = new RegistryRig(store);
        await second.Provisioner.RecoverAsync();
        second.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(ProvisionState.InspectWait);
        second.Time.Advance(TimeSpan.FromMinutes(30));
        await second.Provisioner.FailLateAsync(new Seen(null));

        second.Nodes.FindByUuid(node.Uuid)!.LastError.ShouldBe(
            "timeout reached while inspecting the node. Nothing was seen of its machine: is it switched on, and does it try to boot from the network?");
    }

    [Theory]
    [InlineData(ProvisionState.DeployWait, ProvisionState.DeployWait)]
    [InlineData(ProvisionState.InspectWait, ProvisionState.InspectFailed)]
    public async Task Heartbeat_BeginsTheTimeAnew_ButNotThatOfAnInspection(ProvisionState state, ProvisionState after)
    {
        await using var rig = new RegistryRig(Store(state, out var node));
        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { DriverInternalInfo = JsonFields.Parse("""{"agent_last_heartbeat": "2030-01-01T00:20:00.000000"}""") });

        rig.Time.Advance(TimeSpan.FromMinutes(40));
        await rig.Provisioner.FailLateAsync(new Seen(null));

        rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(after);
    }

    [Fact]
    public async Task Watch_FailsLateNodesByItself()
    {
        await using var rig = new RegistryRig(Store(ProvisionState.InspectWait, out var node), settings: new() { InspectTimeout = TimeSpan.FromSeconds(15) });
        var timers = rig.Time.Timers;
        await using var watch = new WaitWatch(rig.Provisioner, new Seen(null), rig.Time);
        watch.Start();
        while (rig.Time.Timers == timers) await Task.Yield();

        rig.Time.Advance(TimeSpan.FromSeconds(20));

        while (rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState != ProvisionState.InspectFailed) await Task.Yield();
    }

    [Fact]
    public async Task Round_EndsWithTheFirstNode_WhenTheStoreTakesNothing()
    {
        var store = new MemoryStore();
        for (var number = 1; number <= 50; number++)
        {
            var node = RegistryRig.NodeWith($"bm-{number}", number) with { ProvisionState = ProvisionState.InspectWait, ProvisionUpdatedAt = new ManualTime().GetUtcNow() };
            store.Nodes[node.Uuid] = node;
        }

        await using var rig = new RegistryRig(store);
        var tries = 0;
        store.BeforeWrite = () => throw new IOException($"disk full {++tries}");
        rig.Time.Advance(TimeSpan.FromHours(1));

        await rig.Provisioner.FailLateAsync(new Seen(null));
        tries.ShouldBe(1);
        store.BeforeWrite = () => Task.CompletedTask;
        await rig.Provisioner.FailLateAsync(new Seen(null));

        rig.Nodes.All.ShouldAllBe(node => node.ProvisionState == ProvisionState.InspectFailed);
    }

    [Fact]
    public async Task Inspection_EndsWhenTheAgentReported()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with
        {
            ProvisionState = ProvisionState.Manageable,
            DriverInfo = JsonFields.Parse("""{"deploy_kernel": "http://192.0.2.1/k", "deploy_ramdisk": "http://192.0.2.1/r"}"""),
            DriverInternalInfo = JsonFields.Parse("""{"agent_secret_token": "of the last start"}"""),
        });

        var waiting = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Inspect);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        var after = await rig.Provisioner.ContinueAsync(node.Uuid, ProvisionEvent.Done, n => n with { Properties = JsonFields.Parse("""{"cpus": 2}""") });

        (waiting.ProvisionState, waiting.TargetProvisionState, waiting.InspectionStartedAt, waiting.Secret())
            .ShouldBe((ProvisionState.InspectWait, ProvisionState.Manageable, rig.Time.GetUtcNow() - TimeSpan.FromMinutes(1), null));
        (after.ProvisionState, after.InspectionFinishedAt, after.Properties)
            .ShouldBe((ProvisionState.Manageable, rig.Time.GetUtcNow(), JsonFields.Parse("""{"cpus": 2}""")));
    }

    [Fact]
    public async Task Continue_IsRefused_WhereNothingWaits()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = ProvisionState.Active });

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.ContinueAsync(node.Uuid, ProvisionEvent.Resume))).Kind.ShouldBe(NodeFailure.InvalidState);
        rig.Nodes.Reservation(node).ShouldBeNull();
    }

    private static MemoryStore Store(ProvisionState state, out Node node)
    {
        node = RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = state, ProvisionUpdatedAt = new ManualTime().GetUtcNow() };
        var store = new MemoryStore();
        store.Nodes[node.Uuid] = node;
        return store;
    }

    private sealed class Seen(string? text) : ILastSeen
    {
        public DateTimeOffset? Since { get; private set; }

        public string? LastSeen(Node node, DateTimeOffset since)
        {
            Since = since;
            return text;
        }
    }
}
