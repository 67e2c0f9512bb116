using BootAppliance.Baremetal.Tests.Replay;

namespace BootAppliance.Baremetal.Tests;

/// <summary>What real clients asked of the real Ironic, asked of the appliance; <c>docs/compatibility.md</c> has to explain every other answer.</summary>
public class ReplayTests
{
    [Fact]
    public async Task Answers_AreThoseOfIronic_OrExplained()
    {
        var differences = new List<Difference>();

        // Each line is one history of one server; 12 asks about the nodes of the first.
        string[][] histories = [["01", "02", "03", "04", "05", "06", "07", "08", "09", "11", "12"], ["23"], ["30"]];
        foreach (var history in histories)
        {
            await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
            using var replayer = new Replayer(appliance);
            foreach (var recording in history) await replayer.PlayAsync(Recording.Load(recording), TestContext.Current.CancellationToken);
            differences.AddRange(replayer.Differences);
        }

        var known = KnownDifferences.Read("replay");
        known.Unexplained(differences).Select(d => d.ToString()).ShouldBeEmpty();
        known.Obsolete(differences).ShouldBeEmpty();
    }
}
