using BootAppliance.Baremetal.Tests.Cli;
using BootAppliance.Baremetal.Tests.Replay;
using BootAppliance.Lab;

namespace BootAppliance.Baremetal.Tests;

/// <summary>The real <c>baremetal</c> command drives the appliance; <c>docs/compatibility.md</c> has to explain every line that its user sees otherwise.</summary>
public class CliTests
{
    // Each line is the history of one server.
    private static readonly string[][] histories = [["01-nodes", "02-ports", "03-misc", "11-ramdisk"], ["05-provision-happy"]];

    [Fact]
    public async Task Terminal_ShowsWhatIronicMadeItShow_OrExplained()
    {
        var obstacle = MissingPackage.Find("baremetal", "python3-ironicclient");
        Assert.SkipUnless(obstacle is null, $"the baremetal client {obstacle}");

        List<Difference> differences = [.. (await Task.WhenAll(histories.Select(PlayAsync))).SelectMany(found => found)];

        var known = KnownDifferences.Read("terminal");
        known.Unexplained(differences).Select(d => d.ToString()).ShouldBeEmpty();
        known.Obsolete(differences).ShouldBeEmpty();
    }

    private static async Task<List<Difference>> PlayAsync(string[] history)
    {
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        using var client = new CliReplayer(appliance);
        foreach (var command in history.SelectMany(Transcript.Load)) await client.PlayAsync(command, TestContext.Current.CancellationToken);
        return client.Differences;
    }
}
