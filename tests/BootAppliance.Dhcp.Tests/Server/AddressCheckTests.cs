using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>Addresses are looked for on a link that answers late.</summary>
public class AddressCheckTests
{
    private readonly TaskCompletionSource<HardwareAddress?> answer = new();
    private readonly ResponderRig rig;

    public AddressCheckTests() => rig = new ResponderRig
    {
        Settings = new DhcpServerSettings { Subnets = [ResponderRig.Local with { Pools = [new AddressPool(Address(20), Address(229))] }] },
        Link = _ => answer.Task,
    };

    [Fact]
    public async Task HundredsOfLooks_AreUnderWayAtOnce_AndHoldUpNobody()
    {
        var waiting = Enumerable.Range(20, 200).Select(client => rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client))).ToList();
        rig.Probed.Count.ShouldBe(200);
        rig.Probed.Distinct().Count().ShouldBe(200);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Inform, client: 5, ciaddr: "192.0.2.5"))).ShouldBe("Ack 0.0.0.0");
        waiting.ShouldAllBe(task => !task.IsCompleted);

        answer.SetResult(null);
        var replies = await Task.WhenAll(waiting);
        replies.Select(reply => reply!.Message.YourAddress).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task RepeatedDiscover_JoinsTheLookThatIsUnderWay()
    {
        var first = rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        var again = rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        rig.Probed.ShouldBe([Address(20)]);
        answer.SetResult(null);
        (await first)!.Message.YourAddress.ShouldBe(Address(20));
        (await again)!.Message.YourAddress.ShouldBe(Address(20));
        rig.Probed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AddressThatAnswers_IsOfferedToNobodyWhoWaitsForIt()
    {
        rig.Link = address => address.Equals(Address(20)) ? answer.Task : Task.FromResult<HardwareAddress?>(null);
        var first = rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        var again = rig.Ask(ResponderRig.Message(DhcpMessageType.Discover));
        answer.SetResult(ResponderRig.Mac(77));
        (await first)!.Message.YourAddress.ShouldBe(Address(21));
        (await again)!.Message.YourAddress.ShouldBe(Address(21));
        rig.Store.Leases.Single().Value.State.ShouldBe(LeaseState.Quarantined);
        (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client: 2)))!.Message.YourAddress.ShouldBe(Address(22));
    }

    [Fact]
    public async Task LookThatFails_LeavesNobodyWaiting()
    {
        rig.Link = _ => Task.FromException<HardwareAddress?>(new InvalidOperationException());
        await Should.ThrowAsync<InvalidOperationException>(rig.Ask(ResponderRig.Message(DhcpMessageType.Discover)));
        rig.Link = null;
        (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover)))!.Message.YourAddress.ShouldBe(Address(20));
    }

    [Fact]
    public async Task Exhaustion_SaysWhoHasTheAddresses()
    {
        rig.Settings = new DhcpServerSettings { Subnets = [ResponderRig.Local with { Pools = [new AddressPool(Address(100), Address(103))] }] };
        rig.Known.Add(ResponderRig.Mac(1));
        for (var client = 1; client <= 2; client++) Keep(100 + client - 1, client, LeaseState.Bound, client);
        Keep(102, 77, LeaseState.Quarantined, 60);
        answer.SetResult(null);
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 3))).ShouldStartWith("Offer 192.0.2.103");
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 4))).ShouldBe("PoolExhausted");
        var now = rig.Time.GetUtcNow();
        rig.Drops.Single().Detail.ShouldBe(
            $"4 addresses: 2 bound (1 to known machines, 1 to unknown ones), 1 quarantined, 1 offered, 0 withheld; next free at {now.AddMinutes(1):HH:mm:ss} UTC; "
            + $"held by 192.0.2.100 {ResponderRig.Mac(1)} until {now.AddMinutes(1):HH:mm:ss}, 192.0.2.101 {ResponderRig.Mac(2)} until {now.AddMinutes(2):HH:mm:ss}, "
            + $"192.0.2.102 {ResponderRig.Mac(77)} until {now.AddMinutes(60):HH:mm:ss}");
    }

    private static IPAddress Address(int last) => IPAddress.Parse($"192.0.2.{last}");

    private void Keep(int last, int client, LeaseState state, int minutes) =>
        rig.Store.Leases[Address(last)] = new Lease(Address(last), ResponderRig.Mac(client), state, rig.Time.GetUtcNow() + TimeSpan.FromMinutes(minutes), null);
}
