using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Tests;

/// <summary>The whole appliance, killed in the middle of its work.</summary>
public sealed class CrashTests
{
    private const int Kills = 30;
    private const string LargePool = "--Dhcp:Subnets:0:Pool=192.0.2.10-192.0.2.240";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task AcknowledgedAddress_IsNeverGivenToAnother_HoweverOftenTheApplianceIsKilled()
    {
        await using var lab = await SystemTest.LabAsync();
        await using var home = await lab.ConnectAsync();
        using var clients = await RelayedClients.ConnectAsync(home);
        var random = new Random(1);
        var acknowledged = new Dictionary<IPAddress, HardwareAddress>();
        var machine = 0;
        for (var round = 0; round < Kills; round++)
        {
            var appliance = await lab.StartAppliance(SystemTest.Cancellation, LargePool);
            var killAfter = random.Next(1, 7);
            Task? killing = null;
            for (var turn = 0; killing?.IsCompleted != true; turn++)
            {
                // The signal is on its way while the packets below are: it hits at no particular moment.
                if (turn == killAfter) killing = appliance.Process.Signal("KILL");
                if (await clients.DiscoverAsync(machine, killing is null ? patience : TimeSpan.FromMilliseconds(200)) is not { MessageType: DhcpMessageType.Offer } offer) continue;
                if (await clients.RequestAsync(machine, offer, TimeSpan.FromMilliseconds(500)) is not { MessageType: DhcpMessageType.Ack } ack) continue;
                acknowledged.TryGetValue(ack.YourAddress, out var holder).ShouldBeFalse($"{ack.YourAddress} was given to {RelayedClients.Mac(machine)} and is {holder}'s");
                acknowledged[ack.YourAddress] = RelayedClients.Mac(machine);
                machine++;
            }

            await appliance.DisposeAsync();
        }

        acknowledged.Count.ShouldBeGreaterThan(Kills);
        await lab.StartAppliance(SystemTest.Cancellation, LargePool);
        var leases = (await lab.QueryAsync("lease", "list")).GetProperty("leases").EnumerateArray()
            .ToDictionary(lease => lease.GetProperty("address").GetString()!, lease => lease.GetProperty("mac").GetString());
        foreach (var (address, holder) in acknowledged) leases[address.ToString()].ShouldBe(holder.ToString());

        // Each machine that comes back gets the address that it had.
        foreach (var (address, number) in acknowledged.Keys.Select((address, index) => (address, index)).Take(20))
            (await clients.DiscoverAsync(number, patience))!.YourAddress.ShouldBe(acknowledged.First(pair => pair.Value == RelayedClients.Mac(number)).Key);
    }
}
