using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Storage.Tests;

public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Store_RefusesWhatItCannotMakeDurable_AndGoesOnWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount(directory.Path);
        var ballast = Path.Combine(directory.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[300_000]);
        var acknowledged = new List<Lease>();

        using (var store = directory.Open())
        {
            StoreUnavailableException? refusal = null;
            for (var i = 0; refusal is null && i < 10_000; i++)
            {
                try
                {
                    await store.SaveLeaseAsync(Lease(i));
                    acknowledged.Add(Lease(i));
                }
                catch (StoreUnavailableException exception)
                {
                    refusal = exception;
                }
            }

            refusal.ShouldNotBeNull();
            refusal.Message.ShouldMatch(@"^The database .*bootappliance\.db cannot grow \(\d+ bytes are free on its disk\)\. Nothing was changed\. Free some space");
            store.LoadLeases().Count.ShouldBe(acknowledged.Count);

            File.Delete(ballast);
            await store.SaveLeaseAsync(Lease(20_000));
            acknowledged.Add(Lease(20_000));
        }

        using var reopened = directory.Open();
        reopened.LoadLeases().OrderBy(l => l.Expires).ShouldBe(acknowledged);
    }

    private static Lease Lease(int number) => new(
        new IPAddress([198, 18, (byte)(number >> 8), (byte)number]),
        new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0, (byte)(number >> 8), (byte)number]),
        LeaseState.Bound,
        DateTimeOffset.UnixEpoch.AddDays(30_000).AddSeconds(number),
        new string('n', 60));
}
