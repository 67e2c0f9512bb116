using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>What <c>make run</c> starts: however it ends, it leaves nothing behind.</summary>
public sealed class RunTests
{
    private static readonly TimeSpan timeToBoot = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan timeToEnd = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Run_BootsAMachine_AndLeavesNothingBehind()
    {
        await using var run = Start("--exit-when-up");
        await run.Output.WaitForLine(line => line.Contains("demo is up: Linux runs"), timeToBoot, SystemTest.Cancellation);
        await EndsCleanAsync(run);
        run.Output.Lines.ShouldContain(line => line.Contains("loaded ipxe.efi"), "the timeline is printed too");
    }

    [Fact]
    public async Task Run_LeavesNothingBehind_WhenItIsInterruptedWhileTheMachineBoots()
    {
        await using var run = Start();
        await run.Output.WaitForLine(line => line.Contains("offered 192.0.2.100"), timeToBoot, SystemTest.Cancellation);
        // Ctrl-C on a terminal: the whole group gets the signal, whoever is in it.
        await ChildProcess.Run(["sh", "-c", $"kill -s INT -- -{run.Id}"]);
        await EndsCleanAsync(run);
        run.Output.Lines.ShouldNotContain(line => line.Contains("is up"));
    }

    private static ChildProcess Start(params string[] options)
    {
        SystemTest.SkipWithout(MachineKinds.UefiPxe.FindObstacle());
        // A group of its own, as a terminal gives it; and SIGINT is heard even where these tests run in the background of a script.
        return ChildProcess.Start(["env", "--default-signal=INT", "setsid", Path.Combine(AppContext.BaseDirectory, "BootAppliance.Lab"), "run", .. options], "make run");
    }

    private static async Task EndsCleanAsync(ChildProcess run)
    {
        (await run.WaitForExit(SystemTest.Cancellation).WaitAsync(timeToEnd, SystemTest.Cancellation)).ShouldBe(0, run.Output.Tail());
        Directory.GetFileSystemEntries("/run/netns", $"bootappliance-{run.Id}-*").ShouldBeEmpty();
        Directory.GetFileSystemEntries("/run", $"bootappliance-{run.Id}-*").ShouldBeEmpty();
    }
}
