using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Dhcp.Tests.Leases;

/// <summary>
/// Whatever happens in whatever order: an address has one holder, comes from the pool or a reservation, goes to another only after the lease,
/// is on the disk before it is acknowledged, and is found again by the client that had it.
/// </summary>
public class LeaseTablePropertyTests
{
    private const int Steps = 1500;

    [Theory]
    [InlineData(LeaseKey.Mac)]
    [InlineData(LeaseKey.ClientId)]
    public void Promises_AreKept_OnEveryWalk(LeaseKey key)
    {
        int acknowledged = 0, inherited = 0;
        foreach (var seed in (int[])[1, 2, 3, 4, 5, 6, 7, 8, Random.Shared.Next()])
        {
            var walk = new LeaseWalk(seed, key);
            var step = 0;
            try
            {
                for (; step < Steps; step++) walk.Step();
                walk.End();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}, key {key}, step {step}: {failure.Message}", failure);
            }

            (acknowledged, inherited) = (acknowledged + walk.Acknowledged, inherited + walk.Inherited);
        }

        acknowledged.ShouldBeGreaterThan(1000);
        inherited.ShouldBeGreaterThan(50);
    }
}
