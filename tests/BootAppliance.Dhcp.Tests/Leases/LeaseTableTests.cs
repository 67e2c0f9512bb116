using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Tests;

namespace BootAppliance.Dhcp.Tests.Leases;

public class LeaseTableTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private readonly ManualTime time = new();
    private readonly MemoryLeaseStore store = new();
    private Subnet subnet = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(At(100), At(103))],
        Router = At(1),
    };

    [Fact]
    public void Choose_GoesThroughThePoolInOrder_AndKeepsAClientsOffer()
    {
        var table = Table();
        Choose(table, 1).ShouldBe(At(100));
        Choose(table, 2).ShouldBe(At(101));
        Choose(table, 1).ShouldBe(At(100));
        time.Advance(LeaseTable.OfferHold * 2);
        Choose(table, 1).ShouldBe(At(100));
    }

    [Fact]
    public void Choose_SkipsEveryAddressThatIsNotFree()
    {
        store.Leases[At(100)] = Bound(100, 9, Hour);
        store.Leases[At(101)] = new Lease(At(101), Mac(9), LeaseState.Quarantined, time.GetUtcNow() + Hour, null);
        subnet = subnet with { Reservations = [new Reservation(Mac(8), At(102))], Pools = [new AddressPool(At(98), At(105))], Router = At(98) };
        var table = Table(own: At(99));
        Choose(table, 1).ShouldBe(At(103));
        Choose(table, 2).ShouldBe(At(104));
        Choose(table, 3).ShouldBe(At(105));
        table.Choose(subnet, Mac(4), null).Status.ShouldBe(AddressChoiceStatus.PoolExhausted);
    }

    [Fact]
    public void Choose_NeverGivesNetworkOrBroadcastAddress()
    {
        subnet = new Subnet { Prefix = IPNetwork.Parse("192.0.2.0/30"), Pools = [new AddressPool(At(0), At(3))] };
        var table = Table();
        new[] { Choose(table, 1), Choose(table, 2) }.ShouldBe([At(1), At(2)]);
        table.Choose(subnet, Mac(3), null).Status.ShouldBe(AddressChoiceStatus.PoolExhausted);
    }

    [Fact]
    public void Choose_PrefersReservation_ThenLease_ThenPreviousLease_ThenTheAddressAskedFor()
    {
        subnet = subnet with { Reservations = [new Reservation(Mac(1), At(10))] };
        store.Leases[At(103)] = Bound(103, 1, Hour);
        store.Leases[At(102)] = Bound(102, 2, Hour);
        store.Leases[At(101)] = Bound(101, 3, -Hour);
        var table = Table();
        Choose(table, 1, requested: 100).ShouldBe(At(10));
        Choose(table, 2, requested: 100).ShouldBe(At(102));
        Choose(table, 3, requested: 100).ShouldBe(At(101));
        Choose(table, 4, requested: 100).ShouldBe(At(100));
        Choose(Table(), 5, requested: 250).ShouldBe(At(100), "an address outside the pool is nobody's to ask for");
    }

    [Fact]
    public async Task Choose_GivesAPreviousAddressAway_OnlyAfterItsEnd()
    {
        subnet = subnet with { Pools = [new AddressPool(At(100), At(100))] };
        var table = Table();
        await Acknowledge(table, 1, 100, FiveMinutes);
        time.Advance(FiveMinutes - TimeSpan.FromTicks(1));
        table.Choose(subnet, Mac(2), null).Status.ShouldBe(AddressChoiceStatus.PoolExhausted);
        time.Advance(TimeSpan.FromTicks(1));
        Choose(table, 2).ShouldBe(At(100));
        (await Acknowledge(table, 1, 100, FiveMinutes)).Status.ShouldBe(LeaseGrantStatus.Taken, "it is offered to another now");
    }

    [Fact]
    public async Task ClockThatIsSetBack_EndsOffers_AndNoLease()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, FiveMinutes);
        time.Advance(FiveMinutes);
        for (var client = 2; client <= 5; client++) Choose(table, client);
        table.Choose(subnet, Mac(6), null).Status.ShouldBe(AddressChoiceStatus.PoolExhausted);

        time.Advance(-Hour);
        Choose(table, 6).ShouldBe(At(101), "what was offered before that is free");
        Choose(table, 1).ShouldBe(At(100), "a lease that had ended runs again");
        (await Acknowledge(table, 5, 100, Hour)).Status.ShouldBe(LeaseGrantStatus.Taken);
    }

    [Fact]
    public void Choose_ContinuesBehindTheLastLease_AfterARestart()
    {
        store.Leases[At(100)] = Bound(100, 1, -Hour);
        store.Leases[At(101)] = Bound(101, 2, -FiveMinutes);
        Choose(Table(), 3).ShouldBe(At(102));
    }

    [Fact]
    public void Choose_SaysWhoHasTheReservedAddress()
    {
        subnet = subnet with { Reservations = [new Reservation(Mac(1), At(100))] };
        store.Leases[At(100)] = Bound(100, 2, Hour);
        Table().Choose(subnet, Mac(1), null).ShouldBe(new AddressChoice(AddressChoiceStatus.ReservationInUse, At(100)));
    }

    [Fact]
    public void Choose_SaysWhereTheAddressesWent_WhenThePoolIsExhausted()
    {
        store.Leases[At(100)] = Bound(100, 9, Hour);
        store.Leases[At(101)] = Bound(101, 8, FiveMinutes);
        store.Leases[At(102)] = new Lease(At(102), Mac(7), LeaseState.Quarantined, time.GetUtcNow() + Hour, null);
        var table = Table();
        Choose(table, 1).ShouldBe(At(103));

        var choice = table.Choose(subnet, Mac(2), null);
        choice.Status.ShouldBe(AddressChoiceStatus.PoolExhausted);
        choice.Usage!.ToString().ShouldBe(
            "4 addresses: 2 bound (0 to known machines, 2 to unknown ones), 1 quarantined, 1 offered, 0 withheld; next free at 00:01:00 UTC; held by 192.0.2.101 52:54:00:00:00:08 until 00:05:00, "
            + "192.0.2.100 52:54:00:00:00:09 until 01:00:00, 192.0.2.102 52:54:00:00:00:07 until 01:00:00");
        table.WithdrawOffer(subnet, Mac(1));
        Choose(table, 2).ShouldBe(At(103), "an address that came back is found at once");
    }

    [Fact]
    public async Task Acknowledge_IsDurableBeforeItEnds()
    {
        var disk = new TaskCompletionSource();
        store.Disk = disk.Task;
        var table = Table();
        Choose(table, 1);
        var acknowledging = Acknowledge(table, 1, 100, Hour);
        acknowledging.IsCompleted.ShouldBeFalse();
        table.ClientAt(At(100)).ShouldBeNull();

        var began = time.GetUtcNow();
        time.Advance(LeaseTable.OfferHold * 2);
        table.Judge(subnet, Mac(2), At(100)).ShouldBe(AddressStanding.Taken, "nobody else may have it while it is written, however long that takes");
        Choose(table, 2, requested: 100).ShouldBe(At(101));

        disk.SetResult();
        (await acknowledging).ShouldBe(new LeaseGrant(LeaseGrantStatus.Granted, Hour));
        store.Leases[At(100)].ShouldBe(new Lease(At(100), Mac(1), LeaseState.Bound, began + Hour, "pc"));
        table.ClientAt(At(100)).ShouldBe(Mac(1));
    }

    [Fact]
    public async Task Acknowledge_NeverShortensALongerLease()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, Hour);
        time.Advance(FiveMinutes);
        (await Acknowledge(table, 1, 100, FiveMinutes)).ShouldBe(new LeaseGrant(LeaseGrantStatus.Granted, Hour - FiveMinutes));
        store.Saved.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Acknowledge_WritesNothing_ForARepeatedRequest_AndExtendsARenewedOne()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, Hour);
        time.Advance(TimeSpan.FromSeconds(4));
        (await Acknowledge(table, 1, 100, Hour)).TimeLeft.ShouldBe(Hour - TimeSpan.FromSeconds(4));
        store.Saved.Count.ShouldBe(1);
        time.Advance(Hour / 2);
        (await Acknowledge(table, 1, 100, Hour)).TimeLeft.ShouldBe(Hour);
        store.Saved.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Acknowledge_CarriesOnWithWhatIsDurable_WhenTheStoreFails()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, Hour);
        store.IsFull = true;
        time.Advance(Hour - FiveMinutes);
        var grant = await Acknowledge(table, 1, 100, Hour);
        (grant.Status, grant.TimeLeft).ShouldBe((LeaseGrantStatus.Granted, FiveMinutes));
        grant.Failure.ShouldBeOfType<IOException>();

        time.Advance(FiveMinutes);
        (await Acknowledge(table, 1, 100, Hour)).Status.ShouldBe(LeaseGrantStatus.StoreUnavailable);
        Choose(table, 2);
        (await Acknowledge(table, 2, 101, Hour)).Status.ShouldBe(LeaseGrantStatus.StoreUnavailable);
        store.IsFull = false;
        (await Acknowledge(table, 2, 101, Hour)).Status.ShouldBe(LeaseGrantStatus.Granted);
    }

    [Theory]
    [InlineData(1)] // the router
    [InlineData(50)] // no pool's
    public async Task Acknowledge_RefusesWhatIsNotToBeGiven(int last) =>
        (await Acknowledge(Table(), 1, last, Hour)).Status.ShouldBe(LeaseGrantStatus.Taken);

    [Fact]
    public async Task Release_EndsALease_AndRemembersWhoseItWas()
    {
        var table = Table();
        Choose(table, 1);
        await Acknowledge(table, 1, 100, Hour);
        (await table.ReleaseAsync(Mac(2), At(100))).ShouldBeFalse();
        (await table.ReleaseAsync(Mac(1), At(100))).ShouldBeTrue();
        (await table.ReleaseAsync(Mac(1), At(100))).ShouldBeFalse();
        table.ClientAt(At(100)).ShouldBeNull();
        store.Leases[At(100)].Expires.ShouldBe(time.GetUtcNow());
        Choose(table, 2).ShouldBe(At(101));
        Choose(table, 1).ShouldBe(At(100));
    }

    [Fact]
    public async Task Release_FailsAndKeepsTheLease_WhenTheStoreFails()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, Hour);
        store.IsFull = true;
        await Should.ThrowAsync<IOException>(table.ReleaseAsync(Mac(1), At(100)));
        table.ClientAt(At(100)).ShouldBe(Mac(1));
    }

    [Fact]
    public async Task Decline_QuarantinesForAWhile_ButOnlyTheClientsOwnAddress()
    {
        var table = Table();
        Choose(table, 1).ShouldBe(At(100));
        (await table.DeclineAsync(Mac(2), At(100))).ShouldBeFalse();
        (await table.DeclineAsync(Mac(1), At(100))).ShouldBeTrue();
        store.Leases[At(100)].State.ShouldBe(LeaseState.Quarantined);
        Choose(table, 1).ShouldBe(At(101));
        Choose(Table(), 2, requested: 100).ShouldNotBe(At(100), "a restart does not lift it");
        time.Advance(LeaseTable.QuarantineTime);
        Choose(Table(), 2, requested: 100).ShouldBe(At(100));
    }

    [Fact]
    public async Task Quarantine_HoldsInMemory_WhenTheStoreFails()
    {
        var table = Table();
        store.IsFull = true;
        await Should.ThrowAsync<IOException>(table.QuarantineAsync(At(100), Mac(9)));
        Choose(table, 1).ShouldBe(At(101));
    }

    [Fact]
    public async Task Forget_FreesAnAddressForAnybody()
    {
        var table = Table();
        await Acknowledge(table, 1, 100, Hour);
        (await table.ForgetAsync(At(101))).ShouldBeFalse();
        (await table.ForgetAsync(At(100))).ShouldBeTrue();
        store.Leases.ShouldBeEmpty();
        table.Snapshot().ShouldBeEmpty();
        Choose(table, 2, requested: 100).ShouldBe(At(100));
    }

    [Fact]
    public void Judge_KnowsWhatAnAddressIsToAClient()
    {
        subnet = subnet with { Reservations = [new Reservation(Mac(1), At(10))] };
        store.Leases[At(100)] = Bound(100, 2, -Hour);
        store.Leases[At(101)] = Bound(101, 3, Hour);
        store.Leases[At(50)] = Bound(50, 4, Hour); // the pool was changed since
        var table = Table();
        AddressStanding Judge(int client, int last) => table.Judge(subnet, Mac(client), At(last));
        Judge(1, 10).ShouldBe(AddressStanding.Held);
        Judge(2, 10).ShouldBe(AddressStanding.Taken);
        Judge(2, 100).ShouldBe(AddressStanding.Held);
        Judge(3, 100).ShouldBe(AddressStanding.Free);
        Judge(2, 101).ShouldBe(AddressStanding.Taken);
        Judge(2, 1).ShouldBe(AddressStanding.Taken);
        Judge(4, 50).ShouldBe(AddressStanding.Taken);
        Judge(5, 60).ShouldBe(AddressStanding.Unknown);
        table.Judge(subnet, Mac(5), IPAddress.Parse("203.0.113.9")).ShouldBe(AddressStanding.WrongSubnet);
    }

    [Fact]
    public async Task Table_NeverHasTwoHolders_UnderContention()
    {
        subnet = subnet with { Pools = [new AddressPool(At(10), At(59))] }; // 50 addresses for 80 clients
        var table = Table();
        var granted = new int[80];
        await Parallel.ForAsync(0, 80, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (client, _) =>
        {
            var random = new Random(client);
            for (var round = 0; round < 40; round++)
            {
                var choice = table.Choose(subnet, Mac(client), random.Next(3) == 0 ? At(random.Next(0, 70)) : null);
                if (choice.Status != AddressChoiceStatus.Found) continue;
                var grant = await table.AcknowledgeAsync(subnet, Mac(client), choice.Address, Hour, null);
                if (grant.Status != LeaseGrantStatus.Granted) continue;
                granted[client]++;
                table.ClientAt(choice.Address).ShouldBe(Mac(client));
                await Task.Yield();
                store.Leases[choice.Address].Client.ShouldBe(Mac(client));
                if (random.Next(4) == 0) await table.ReleaseAsync(Mac(client), choice.Address);
            }
        });

        granted.Sum().ShouldBeGreaterThan(80);
        var bound = table.Snapshot().Where(l => l.Expires > time.GetUtcNow()).ToList();
        bound.Select(l => l.Client).ShouldBeUnique();
        store.Leases.Values.OrderBy(l => l.ToString()).ShouldBe(table.Snapshot().OrderBy(l => l.ToString()));
        NoLeaseWasOverwritten();
    }

    // Every write of an address after another client's must come after that one's end: the clock stands still, so only a released one may follow.
    private void NoLeaseWasOverwritten()
    {
        foreach (var history in store.Saved.GroupBy(l => l.Address))
        {
            Lease? before = null;
            foreach (var lease in history)
            {
                if (before is not null && before.Client != lease.Client) before.Expires.ShouldBeLessThanOrEqualTo(time.GetUtcNow());
                before = lease;
            }
        }
    }

    private static IPAddress At(int last) => IPAddress.Parse($"192.0.2.{last}");

    private static HardwareAddress Mac(int last) => new(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0, 0, (byte)last]);

    private Lease Bound(int last, int client, TimeSpan left) => new(At(last), Mac(client), LeaseState.Bound, time.GetUtcNow() + left, null);

    private LeaseTable Table(IPAddress? own = null) => new([subnet], store, time, own is null ? [] : [own]);

    private IPAddress Choose(LeaseTable table, int client, int? requested = null) =>
        table.Choose(subnet, Mac(client), requested is { } last ? At(last) : null).Address;

    private Task<LeaseGrant> Acknowledge(LeaseTable table, int client, int last, TimeSpan duration) =>
        table.AcknowledgeAsync(subnet, Mac(client), At(last), duration, "pc").AsTask();
}
