using BootAppliance.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Nodes.Tests;

public class EventLogTests
{
    private readonly MemoryStore store = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task Append_GivesSequenceAndTime()
    {
        await using var log = Log();

        var first = log.Append(Offer(1));
        time.Advance(TimeSpan.FromSeconds(1));
        var second = log.Append(Offer(2));

        second.Sequence.ShouldBe(first.Sequence + 1);
        second.Time.ShouldBe(first.Time + TimeSpan.FromSeconds(1));
        log.LastSequence.ShouldBe(second.Sequence);
    }

    [Fact]
    public async Task Append_IsStored_ByTheTimeTheLogIsClosed()
    {
        var log = Log();
        var appended = Enumerable.Range(0, 100).Select(i => log.Append(Offer(i))).ToList();

        await log.DisposeAsync();

        store.Events.Values.ShouldBe(appended);
        await using var reopened = Log();
        reopened.Query(new EventQuery()).ShouldBe(appended);
    }

    [Fact]
    public async Task Append_DoesNotWait_WhenTheStoreHangs()
    {
        var release = new TaskCompletionSource();
        store.BeforeWrite = () => release.Task;
        var log = Log();

        for (var i = 0; i < 5000; i++) log.Append(Offer(i));
        log.Query(new EventQuery()).Count.ShouldBe(5000);
        store.Events.ShouldBeEmpty();

        release.SetResult();
        await log.DisposeAsync();
        store.Events.Count.ShouldBe(5000);
        store.EventWrites.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Append_GoesOn_WhenTheStoreFails()
    {
        var failed = new TaskCompletionSource();
        store.BeforeWrite = () =>
        {
            failed.TrySetResult();
            throw new IOException("disk full");
        };
        await using var log = Log();

        log.Append(Offer(1));
        await failed.Task;
        log.Append(Offer(2));

        log.Query(new EventQuery()).Count.ShouldBe(2);
        await log.DisposeAsync();
        log.NotStored.ShouldBe(2);
    }

    [Fact]
    public async Task Sequences_DoNotComeAgain_WhenTheLastOnesWereLost()
    {
        await using var log = Log();
        store.BeforeWrite = () => throw new IOException("power cut");
        var lost = Enumerable.Range(0, 50).Select(_ => log.Append(Offer(1)).Sequence).Max();
        time.Advance(TimeSpan.FromSeconds(1));

        await using var next = Log();

        next.Append(Offer(1)).Sequence.ShouldBeGreaterThan(lost);
    }

    [Fact]
    public async Task Window_KeepsTheNewestOfEachMachine()
    {
        var log = Log();
        var other = log.Append(Offer(2));
        var appended = Enumerable.Range(0, EventLog.CapacityPerMachine + 50).Select(_ => log.Append(Offer(1))).ToList();

        log.Query(new EventQuery()).ShouldBe([other, .. appended[50..]]);
        await log.DisposeAsync();
        store.Events.Values.ShouldBe([other, .. appended[50..]]);
    }

    [Fact]
    public async Task Window_KeepsTheNewestOfAll()
    {
        var log = Log();
        for (var i = 0; i < EventLog.Capacity + 300; i++) log.Append(OfferToNode(i));

        log.Query(new EventQuery()).Count.ShouldBe(EventLog.Capacity);
        log.Query(EventQuery.ForMac(RegistryRig.Mac(299))).ShouldBeEmpty();
        log.Query(EventQuery.ForMac(RegistryRig.Mac(300))).Count.ShouldBe(1);
        await log.DisposeAsync();
        store.Events.Count.ShouldBe(EventLog.Capacity);
    }

    [Fact]
    public async Task Window_LeavesStrangersHalfOfIt()
    {
        var log = Log();
        var ofANode = log.Append(OfferToNode(1));
        var beforeItWasDeleted = log.Append(OfferToNode(2));
        for (var i = 0; i < EventLog.Capacity * 2; i++) log.Append(Offer(2 + i));

        log.Query(new EventQuery()).Count(e => e.NodeUuid is null).ShouldBe(EventLog.Capacity / 2);
        log.Query(EventQuery.ForMac(RegistryRig.Mac(1))).ShouldBe([ofANode]);
        log.Query(EventQuery.ForMac(RegistryRig.Mac(2))).ShouldBe([beforeItWasDeleted]);
        log.Query(EventQuery.ForMac(RegistryRig.Mac(1 + (EventLog.Capacity * 2)))).Count.ShouldBe(1);
        await log.DisposeAsync();
        store.Events.Count.ShouldBe(2 + (EventLog.Capacity / 2));
    }

    [Fact]
    public async Task Query_ForANode_FindsWhatItsInterfacesDidBefore()
    {
        await using var log = Log();
        var node = RegistryRig.NodeWith("bm-01", 1, 2);
        var asStranger = log.Append(Offer(2));
        log.Append(Offer(3));
        var asNode = log.Append(Offer(1) with { NodeUuid = node.Uuid });
        log.Append(Offer(1) with { NodeUuid = Guid.NewGuid() });
        var withoutMac = log.Append(new MachineEvent { Kind = MachineEventKind.StateChanged, Text = "", NodeUuid = node.Uuid });

        log.Query(EventQuery.ForNode(node)).ShouldBe([asStranger, asNode, withoutMac]);
        log.Query(EventQuery.ForNode(node) with { Limit = 2 }).ShouldBe([asNode, withoutMac]);
        log.Query(EventQuery.ForNode(node) with { After = asStranger.Sequence }).ShouldBe([asNode, withoutMac]);
    }

    [Fact]
    public async Task Watch_GivesWhatWasAndWhatComes()
    {
        await using var log = Log();
        var seen = log.Append(Offer(0));
        var missed = log.Append(Offer(1));
        await using var reader = log.WatchAsync(seen.Sequence, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.ShouldBe(missed);
        var waiting = reader.MoveNextAsync();
        waiting.IsCompleted.ShouldBeFalse();
        var live = log.Append(Offer(2));
        (await waiting).ShouldBeTrue();
        reader.Current.ShouldBe(live);
    }

    [Fact]
    public async Task Watch_TellsASlowReader_ThatItLostEvents()
    {
        await using var log = Log();
        await using var reader = log.WatchAsync(0, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        log.Append(Offer(1));
        (await reader.MoveNextAsync()).ShouldBeTrue();

        for (var i = 0; i < EventLog.CapacityPerMachine + 30; i++) log.Append(Offer(1));

        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Kind.ShouldBe(MachineEventKind.EventsLost);
        reader.Current.Text.ShouldStartWith("30 events are missing here");
        for (var i = 0; i < EventLog.CapacityPerMachine; i++)
        {
            (await reader.MoveNextAsync()).ShouldBeTrue();
            reader.Current.Kind.ShouldBe(MachineEventKind.DhcpOffer);
        }

        reader.Current.Sequence.ShouldBe(log.LastSequence);
    }

    [Fact]
    public async Task Watch_Ends_WhenCancelled()
    {
        await using var log = Log();
        using var stop = new CancellationTokenSource();
        await using var reader = log.WatchAsync(0, stop.Token).GetAsyncEnumerator(stop.Token);
        var waiting = reader.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    private static MachineEvent Offer(int mac) => new() { Kind = MachineEventKind.DhcpOffer, Text = "An address was offered.", Mac = RegistryRig.Mac(mac) };

    private static MachineEvent OfferToNode(int mac) => Offer(mac) with { NodeUuid = new Guid(mac, 0, 0, new byte[8]) };

    private EventLog Log() => new(store, time, NullLogger<EventLog>.Instance);
}
