using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Storage.Tests;

/// <summary>Kills a process again and again in the middle of lease traffic, and asks each time whether everything that it acknowledged is there.</summary>
public sealed class LeaseSurvivalTests(ITestOutputHelper output)
{
    private const int Databases = 4;
    private const int KillsEach = 52;
    private const int MostLeasesBeforeAKill = 200;
    private static readonly TimeSpan leaseTime = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task AcknowledgedLease_IsThere_AfterKill9()
    {
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, Databases).Select(seed => Task.Run(() => KillAgainAndAgainAsync(seed))));

        output.WriteLine($"{Databases * KillsEach} kills, {acknowledged.Sum(a => a.Leases)} acknowledged leases, {acknowledged.Sum(a => a.Handovers)} of them to another client than before");
        acknowledged.ShouldAllBe(a => a.Leases > KillsEach && a.Handovers > 0);
    }

    private static async Task<(int Leases, int Handovers)> KillAgainAndAgainAsync(int seed)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(seed);
        var last = new Dictionary<IPAddress, Acknowledged>();
        var (leases, handovers) = (0, 0);
        for (var kill = 0; kill < KillsEach; kill++)
        {
            // Every eighth is killed while it opens the database that the last one left behind.
            var lines = await RunAndKillAsync(directory.Database, (seed * KillsEach) + kill, kill % 8 == 7 ? 0 : random.Next(1, MostLeasesBeforeAKill));
            foreach (var lease in lines)
            {
                if (last.TryGetValue(lease.Address, out var before) && before.Client != lease.Client)
                {
                    handovers++;
                    (lease.Expires - leaseTime).ShouldBeGreaterThanOrEqualTo(before.Expires,
                        $"{lease.Address} was given to {lease.Client} before the time of {before.Client} was over (kill {kill} of seed {seed})");
                }

                leases++;
                if (before is null || lease.Expires > before.Expires) last[lease.Address] = lease;
            }

            using var store = directory.Open();
            var stored = store.LoadLeases().ToDictionary(l => l.Address);
            foreach (var lease in last.Values)
            {
                stored.ShouldContainKey(lease.Address, $"the lease of {lease.Client} is lost (kill {kill} of seed {seed})");
                var found = stored[lease.Address];

                // A lease that was stored, and not yet told when the process died, may have followed; then the one before was over.
                var stillThere = found.Client == lease.Client && found.Expires >= lease.Expires;
                (stillThere || found.Expires - leaseTime >= lease.Expires).ShouldBeTrue(
                    $"{lease} was acknowledged, {found} is stored (kill {kill} of seed {seed})");
            }
        }

        return (leases, handovers);
    }

    private static async Task<List<Acknowledged>> RunAndKillAsync(string database, int seed, int leasesBeforeTheKill)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "BootAppliance.LeaseWriter.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, database, $"{seed}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var leases = new List<Acknowledged>();
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("opening");
        if (leasesBeforeTheKill == 0) process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var fields = line.Split(' ');
            HardwareAddress.TryParse(fields[1], out var client).ShouldBeTrue();
            leases.Add(new Acknowledged(IPAddress.Parse(fields[0]), client, new DateTimeOffset(long.Parse(fields[2]), TimeSpan.Zero)));

            // It goes on while this one reads, so where exactly the signal finds it is chance.
            if (leases.Count == leasesBeforeTheKill) process.Kill();
        }

        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(128 + 9, "the process should have died of the signal only");
        return leases;
    }

    private sealed record Acknowledged(IPAddress Address, HardwareAddress Client, DateTimeOffset Expires);
}
