using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Tests;

namespace BootAppliance.Dhcp.Tests.Leases;

/// <summary>
/// A random walk through a table's life beside a record of what was promised to whom: requests of many clients overlap, writes wait, fail or
/// are lost with the power, and the clock jumps both ways. The same seed walks the same way.
/// </summary>
internal sealed class LeaseWalk
{
    private const int Clients = 14;
    private const int Reserved = 2;
    private const int Known = 4;
    private const int FirstOfPool = 100;
    private const int LastOfPool = 108;

    private readonly Random random;
    private readonly LeaseKey key;
    private readonly ManualTime time = new();
    private readonly SlowLeaseStore store = new();
    private readonly List<Operation> running = [];
    private readonly Dictionary<IPAddress, Promise> promises = [];
    private readonly Dictionary<LeaseClient, IPAddress> latest = [];
    private readonly Subnet subnet = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(At(FirstOfPool), At(LastOfPool))],
        Router = At(FirstOfPool + 1),
        Reservations = [new Reservation(MacOf(0), At(10)), new Reservation(MacOf(1), At(FirstOfPool))],
    };

    private LeaseTable table;

    public LeaseWalk(int seed, LeaseKey key)
    {
        (random, this.key) = (new Random(seed), key);
        table = NewTable();
    }

    /// <summary>How many addresses were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many addresses were given to somebody after another one's lease.</summary>
    public int Inherited { get; private set; }

    /// <summary>Goes one step and looks whether every promise is kept.</summary>
    public void Step()
    {
        switch (random.Next(16))
        {
            case <= 4:
                Discover(Client());
                break;
            case 5:
                Start(Client(), Address(), Acknowledge);
                break;
            case 6 when promises.Count > 0:
                var promise = promises.ElementAt(random.Next(promises.Count));
                if (random.Next(3) > 0) Start(promise.Value.Client, promise.Key, Acknowledge);
                else Start(promise.Value.Client, promise.Key, Release);
                break;
            case 7 when random.Next(4) == 0:
                Start(Client(), Address(), Decline);
                break;
            case 8 when random.Next(8) == 0:
                Start(Client(), Address(), random.Next(2) == 0 ? Quarantine : Forget);
                break;
            case 9:
                Pass(TimeSpan.FromSeconds(random.Next(1, 90)));
                break;
            case 10 when random.Next(4) == 0:
                Pass(TimeSpan.FromMinutes(random.Next(-90, 90)));
                break;
            case 11 when random.Next(20) == 0:
                Crash();
                break;
            case >= 12 when store.Waiting > 0:
                store.End(random.Next(store.Waiting), succeeds: random.Next(8) > 0);
                break;
        }

        Settle();
    }

    /// <summary>Ends what is under way; long after that every address of the pool can be given out, to whoever asks.</summary>
    public void End()
    {
        while (store.Waiting > 0)
        {
            store.End(0, succeeds: true);
            Settle();
        }

        running.ShouldBeEmpty();
        time.Advance(TimeSpan.FromDays(30));
        var free = Enumerable.Range(FirstOfPool, LastOfPool - FirstOfPool + 1).Select(At).Where(a => !a.Equals(At(FirstOfPool)) && !a.Equals(subnet.Router)).ToList();
        free.Select((_, i) => table.Choose(subnet, MacOf(200 + i), null).Address).ShouldBe(free, ignoreOrder: true);
    }

    private void Discover(LeaseClient client)
    {
        var choice = table.Choose(subnet, client, random.Next(3) == 0 ? Address() : null, mac => Enumerable.Range(0, Known).Any(i => MacOf(i) == mac));
        if (subnet.ReservationFor(client.HardwareAddress) is null && latest.TryGetValue(client, out var own) && promises.TryGetValue(own, out var promised)
            && promised.Client == client && IsRunning(promised) && !IsBusy(own))
        {
            choice.Status.ShouldBe(AddressChoiceStatus.Found, $"{client} has {own}");
            store.Find(choice.Address).ShouldNotBeNull().Holder.ShouldBe(client, $"a client that comes back has its address, {own}, and no other one");
        }

        if (choice.Status != AddressChoiceStatus.Found) return;
        (promises.TryGetValue(choice.Address, out var other) && IsRunning(other) && other.Client != client).ShouldBeFalse($"{choice.Address} is {other?.Client}'s");
        if (random.Next(4) > 0) Start(client, choice.Address, Acknowledge);
    }

    private Operation Acknowledge(LeaseClient client, IPAddress address)
    {
        var duration = TimeSpan.FromMinutes(random.Next(2) == 0 ? 5 : 60);
        var task = table.AcknowledgeAsync(subnet, client, address, duration, null).AsTask();
        return new Operation(address, client, task, () => Acknowledged(task.Result), EndsPromise: false) { Latest = time.GetUtcNow() };

        void Acknowledged(LeaseGrant grant)
        {
            if (grant.Status != LeaseGrantStatus.Granted) return;
            var operation = running.Single(o => o.Task == task);
            var lease = store.Find(address).ShouldNotBeNull("what is acknowledged is on the disk");
            (lease.State, lease.Holder).ShouldBe((LeaseState.Bound, client));
            if (!operation.ClockJumped) (operation.Began + grant.TimeLeft).ShouldBeLessThanOrEqualTo(lease.Expires, "no client believes in its lease for longer than the disk");
            (subnet.ReservationFor(client.HardwareAddress)?.Address.Equals(address) is true || IsDynamic(address)).ShouldBeTrue($"{address} is nobody's to give to {client}");
            if (promises.TryGetValue(address, out var before) && before.Client != client)
            {
                before.Until.ShouldBeLessThanOrEqualTo(operation.Latest, $"{address} was {before.Client}'s when {client} got it");
                Inherited++;
            }

            promises[address] = new Promise(client, lease.Expires);
            latest[client] = address;
            this.Acknowledged++;
        }
    }

    // Whoever releases an address uses it no more, whatever becomes of the message.
    private Operation Release(LeaseClient client, IPAddress address)
    {
        latest.Remove(client);
        return Ending(client, address, table.ReleaseAsync(client, address));
    }

    private Operation Decline(LeaseClient client, IPAddress address) => Ending(client, address, table.DeclineAsync(client, address));

    private Operation Quarantine(LeaseClient client, IPAddress address) => Ending(client, address, table.QuarantineAsync(address, client.HardwareAddress));

    private Operation Forget(LeaseClient client, IPAddress address) => Ending(client, address, table.ForgetAsync(address));

    private Operation Ending(LeaseClient client, IPAddress address, Task task)
    {
        return new Operation(address, client, task, Ended, EndsPromise: true) { Latest = time.GetUtcNow() };

        void Ended()
        {
            if (task is Task<bool> { IsCompletedSuccessfully: true, Result: false }) return;
            if (promises.Remove(address, out var ended)) latest.Remove(ended.Client);
        }
    }

    // Two of an address at once: the second one waits for the first. With a third it would be chance which of them is next.
    private void Start(LeaseClient client, IPAddress address, Func<LeaseClient, IPAddress, Operation> begin)
    {
        if (running.Count(o => o.Address.Equals(address)) >= 2) return;
        running.Add(begin(client, address) with { Began = time.GetUtcNow() });
    }

    private void Pass(TimeSpan duration)
    {
        time.Advance(duration);
        foreach (var operation in running)
        {
            operation.ClockJumped |= duration < TimeSpan.Zero;
            if (operation.Latest < time.GetUtcNow()) operation.Latest = time.GetUtcNow();
        }
    }

    private void Crash()
    {
        store.Crash(random);
        foreach (var operation in running)
        {
            latest.Remove(operation.Client);
            if (!promises.TryGetValue(operation.Address, out var promise)) continue;
            var isLost = store.Find(operation.Address)?.Holder != promise.Client;
            if (isLost && !operation.EndsPromise) promise.Until.ShouldBeLessThanOrEqualTo(operation.Latest, "what was never acknowledged takes nothing away");
            if (isLost || operation.EndsPromise) promises.Remove(operation.Address);
        }

        running.Clear();
        table = NewTable();
    }

    /// <summary>Waits until everything has ended or waits for the disk, and takes note of what has ended.</summary>
    private void Settle()
    {
        SpinWait.SpinUntil(() => running.All(o => o.Task.IsCompleted || store.IsWriting(o.Address)), TimeSpan.FromSeconds(30)).ShouldBeTrue("nothing hangs");
        foreach (var ended in running.Where(o => o.Task.IsCompleted).ToList())
        {
            if (ended.Task.IsFaulted) ended.Task.Exception.InnerException.ShouldBeOfType<IOException>();
            ended.Check();
            running.Remove(ended);
        }
    }

    private LeaseTable NewTable() => new([subnet], store, time, [At(FirstOfPool + 1)], key);

    private bool IsRunning(Promise promise) => promise.Until > time.GetUtcNow();

    private bool IsBusy(IPAddress address) => running.Any(o => o.Address.Equals(address));

    private bool IsDynamic(IPAddress address) =>
        address.GetAddressBytes()[3] is >= FirstOfPool and <= LastOfPool && !address.Equals(subnet.Router) && subnet.Reservations.All(r => !r.Address.Equals(address));

    // By identifier, two machines each have one MAC.
    private LeaseClient Client()
    {
        var number = random.Next(Clients);
        return key == LeaseKey.Mac || number < Reserved ? MacOf(number) : new LeaseClient(MacOf(number / 2 * 2), new ClientIdentifier([0xFF, (byte)number]));
    }

    private IPAddress Address() => At(random.Next(8) == 0 ? random.Next(8, 12) : random.Next(FirstOfPool - 1, LastOfPool + 2));

    private static IPAddress At(int last) => IPAddress.Parse($"192.0.2.{last}");

    private static HardwareAddress MacOf(int number) => new(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0, 0, (byte)number]);

    private sealed record Promise(LeaseClient Client, DateTimeOffset Until);

    private sealed record Operation(IPAddress Address, LeaseClient Client, Task Task, Action Check, bool EndsPromise)
    {
        public DateTimeOffset Began { get; init; }

        /// <summary>The latest that the clock showed since it began.</summary>
        public DateTimeOffset Latest { get; set; }

        public bool ClockJumped { get; set; }
    }
}
