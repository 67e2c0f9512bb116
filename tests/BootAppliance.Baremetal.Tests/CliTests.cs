using BootAppliance.Baremetal.Tests.Cli;
using BootAppliance.Baremetal.Tests.Replay;
using BootAppliance.Lab;

namespace BootAppliance.Baremetal.Tests;

/// <summary>The real <c>baremetal</c> command drives the appliance; <c>docs/compatibility.md</c> has to explain every line that its user sees otherwise.</summary>
public class CliTests
{
    private static readonly string[] transcripts = ["01-nodes", "02-ports", "03-misc", "04-provision-fake", "05-provision-happy", "11-ramdisk"];

    [Fact]
    public async Task Terminal_ShowsWhatIronicMadeItShow_OrExplained()
    {
        var obstacle = MissingPackage.Find("baremetal", "python3-ironicclient");
        Assert.SkipUnless(obstacle is null, $"the baremetal client {obstacle}");
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        using var client = new CliReplayer(appliance.Root);

        foreach (var command in transcripts.SelectMany(Transcript.Load)) await client.PlayAsync(command, TestContext.Current.CancellationToken);

        var known = KnownDifferences.Read("terminal");
        known.Unexplained(client.Differences).Select(d => d.ToString()).ShouldBeEmpty();
        known.Obsolete(client.Differences).ShouldBeEmpty();
    }
}
