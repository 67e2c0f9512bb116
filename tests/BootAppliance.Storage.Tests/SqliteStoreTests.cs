using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Storage.Tests;

/// <summary>What the store writes, read by SQL; and what SQL wrote, read by the store.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private static readonly DateTimeOffset later = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Lease_IsARow()
    {
        using (var store = directory.Open())
        {
            await store.SaveLeaseAsync(Lease("192.0.2.100", later.AddTicks(7)) with { HostName = "node1", ClientIdentifier = new ClientIdentifier([0xFF, 0, 1]) });
            await store.SaveLeaseAsync(Lease("192.0.2.101", later) with { State = LeaseState.Quarantined });
            await store.SaveLeaseAsync(Lease("192.0.2.102", later));
            await store.RemoveLeaseAsync(IPAddress.Parse("192.0.2.102"));
        }

        directory.Sql("SELECT address, hardware_type, hex(client), state, expires, host_name, hex(client_identifier) FROM leases ORDER BY address").ShouldBe(
        [
            ["192.0.2.100", 1L, "525400123456", "bound", 18934560000000007L, "node1", "FF0001"],
            ["192.0.2.101", 1L, "525400123456", "quarantined", 18934560000000000L, null, ""],
        ]);
    }

    [Fact]
    public void Lease_IsReadFromARow()
    {
        directory.Open().Dispose();
        directory.Sql("INSERT INTO leases VALUES ('192.0.2.100', 6, x'0102', 'quarantined', 18934560000000007, NULL, x'0A0B')");

        using var store = directory.Open();

        store.LoadLeases().ShouldBe(
            [new Lease(IPAddress.Parse("192.0.2.100"), new HardwareAddress(6, [1, 2]), LeaseState.Quarantined, later.AddTicks(7), HostName: null, new ClientIdentifier([0x0A, 0x0B]))]);
    }

    [Fact]
    public async Task Lease_TakesThePlaceOfTheLast_ForItsAddress()
    {
        using var store = directory.Open();
        await store.SaveLeaseAsync(Lease("192.0.2.100", later));
        await store.SaveLeaseAsync(Lease("192.0.2.100", later.AddHours(1)));

        store.LoadLeases().ShouldHaveSingleItem().Expires.ShouldBe(later.AddHours(1));
    }

    [Fact]
    public async Task Node_IsARow_TogetherWithItsEvent()
    {
        var (kept, removed) = (new Node { Name = "bm-01", ProvisionState = ProvisionState.DeployWait }, new Node { Name = "bm-02" });
        using (var store = directory.Open())
        {
            await store.SaveNodeAsync(kept, Event(1));
            await store.SaveNodeAsync(removed, Event(2));
            await store.RemoveNodeAsync(removed.Uuid, Event(3));
        }

        directory.Sql("SELECT uuid, content ->> 'name', content ->> 'provision_state' FROM nodes").ShouldBe([[kept.Uuid.ToString(), "bm-01", "wait call-back"]]);
        directory.Sql("SELECT sequence, content ->> 'kind' FROM events").ShouldBe([[1L, "state-changed"], [2L, "state-changed"], [3L, "state-changed"]]);
    }

    [Fact]
    public async Task TwoNodes_AreWrittenTogetherOrNotAtAll()
    {
        var (one, other) = (new Node { Name = "bm-01" }, new Node { Name = "bm-02" });
        directory.Open().Dispose();
        directory.Sql("CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.sequence = 13 BEGIN SELECT RAISE(ABORT, 'unlucky'); END");
        using var store = directory.Open();

        await Should.ThrowAsync<StoreUnavailableException>(() => store.SaveNodesAsync(one, Event(12), other, Event(13)));
        store.LoadNodes().ShouldBeEmpty();
        store.LoadEvents().ShouldBeEmpty();
        await store.SaveNodesAsync(one, Event(14), other, Event(15));

        store.LoadNodes().Select(node => node.Name).ShouldBe(["bm-01", "bm-02"], ignoreOrder: true);
        store.LoadEvents().ShouldBe([Event(14), Event(15)]);
    }

    [Fact]
    public void Node_IsReadFromARow()
    {
        directory.Open().Dispose();
        directory.Sql("""INSERT INTO nodes VALUES ('x', '{"name": "bm-01", "provision_state": "active", "ports": [{"address": "52:54:00:12:34:56"}]}')""");

        using var store = directory.Open();

        var node = store.LoadNodes().ShouldHaveSingleItem();
        (node.Name, node.ProvisionState, node.Ports[0].Address.ToUInt64()).ShouldBe(("bm-01", ProvisionState.Active, 0x525400123456ul));
    }

    [Fact]
    public async Task Events_AreWrittenAndForgotten()
    {
        using (var store = directory.Open())
        {
            await store.SaveEventsAsync([Event(1), Event(2), Event(3)], []);
            await store.SaveEventsAsync([Event(4)], [1, 3]);
        }

        directory.Sql("SELECT sequence, content ->> 'sequence' FROM events").ShouldBe([[2L, 2L], [4L, 4L]]);
        using var reopened = directory.Open();
        reopened.LoadEvents().ShouldBe([Event(2), Event(4)]);
    }

    [Fact]
    public async Task DiscoveredMachine_IsARow()
    {
        var machine = new DiscoveredMachine { Macs = [new MacAddress(0x525400123456), new MacAddress(0x525400123457)], Product = "Standard PC" };
        using (var store = directory.Open())
        {
            await store.SaveDiscoveredMachineAsync(machine);
            await store.SaveDiscoveredMachineAsync(machine with { Macs = [new MacAddress(1)] });
            await store.RemoveDiscoveredMachineAsync(new MacAddress(1));
        }

        directory.Sql("SELECT mac, content ->> '$.macs[1]', content ->> 'product' FROM discovered_machines")
            .ShouldBe([["52:54:00:12:34:56", "52:54:00:12:34:57", "Standard PC"]]);
        using var reopened = directory.Open();
        reopened.LoadDiscoveredMachines().ShouldHaveSingleItem().Product.ShouldBe("Standard PC");
    }

    [Fact]
    public async Task Writes_AtOnce_ShareTransactions()
    {
        using var store = directory.Open();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(() => store.SaveLeaseAsync(Lease($"198.18.{i / 200}.{i % 200}", later)).AsTask())));

        store.LoadLeases().Count.ShouldBe(2000);
        store.Commits.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Writes_AreAllThere_AfterAPowerCut()
    {
        using var cut = new TemporaryDirectory();
        using var store = directory.Open();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.SaveLeaseAsync(Lease($"198.18.0.{i}", later)).AsTask()));

        // What is in the files at this moment is what a machine finds that lost its power now.
        foreach (var file in Directory.GetFiles(directory.Path)) File.Copy(file, Path.Combine(cut.Path, Path.GetFileName(file)));

        using var reopened = cut.Open();
        reopened.LoadLeases().Count.ShouldBe(200);
    }

    [Fact]
    public async Task Write_ThatIsRefused_LeavesTheOthersOfItsBatchAlone()
    {
        directory.Open().Dispose();
        directory.Sql("CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.sequence = 13 BEGIN SELECT RAISE(ABORT, 'unlucky'); END");
        using var store = directory.Open();
        var node = new Node { Name = "bm-13" };

        var others = Enumerable.Range(0, 100).Select(i => store.SaveLeaseAsync(Lease($"198.18.0.{i}", later)).AsTask()).ToList();
        var refused = store.SaveNodeAsync(node, Event(13));
        others.AddRange(Enumerable.Range(100, 100).Select(i => store.SaveLeaseAsync(Lease($"198.18.0.{i}", later)).AsTask()));

        await Task.WhenAll(others);
        (await Should.ThrowAsync<StoreUnavailableException>(() => refused)).Message.ShouldContain("unlucky");
        store.LoadLeases().Count.ShouldBe(200);
        store.LoadNodes().ShouldBeEmpty();
        store.Failures.ShouldBe(1);
    }

    [Fact]
    public async Task Write_IsRefused_AfterTheStoreWasClosed()
    {
        var store = directory.Open();
        store.Dispose();
        store.Dispose();

        (await Should.ThrowAsync<StoreUnavailableException>(() => store.SaveLeaseAsync(Lease("192.0.2.1", later)).AsTask())).Message.ShouldContain("is closed");
    }

    [Fact]
    public void Close_LeavesOneFile()
    {
        directory.Open().Dispose();
        Directory.GetFiles(directory.Path).ShouldBe([directory.Database]);
    }

    private static Lease Lease(string address, DateTimeOffset expires) => new(
        IPAddress.Parse(address), new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0x12, 0x34, 0x56]), LeaseState.Bound, expires, HostName: null);

    private static MachineEvent Event(long sequence) => new() { Sequence = sequence, Kind = MachineEventKind.StateChanged, Text = "enroll → verifying", Time = later };
}
