using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes.Tests;

/// <summary>Drivers that fail or do not come back, and nodes that somebody else has.</summary>
public class ProvisionFailureTests
{
    private readonly ScriptedDriver driver = new();

    [Fact]
    public async Task Verifying_EndsInEnrollWithTheReason_WhenThePowerIsNotThere()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Enroll));
        driver.Power = _ => throw new DriverException("the BMC at 192.0.2.5 refuses the password");

        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Manage);
        var after = await run.Completion;

        (run.Node.ProvisionState, run.Node.TargetProvisionState).ShouldBe((ProvisionState.Verifying, ProvisionState.Manageable));
        (after.ProvisionState, after.LastError).ShouldBe((ProvisionState.Enroll, $"Failed to get power state for node {node.Uuid}. Error: the BMC at 192.0.2.5 refuses the password"));
    }

    [Fact]
    public async Task Driver_ThatDoesNotComeBack_IsGivenUpWhenItsTimeIsOver()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Enroll));
        var timers = rig.Time.Timers;
        var asked = new TaskCompletionSource();
        driver.Power = cancellation =>
        {
            cancellation.Register(() => driver.Calls.Add("cancelled"));
            asked.SetResult();
            return new TaskCompletionSource().Task;
        };

        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Manage);
        await asked.Task;
        await Until(() => rig.Time.Timers > timers);
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        (await run.Completion).LastError.ShouldBe(
            $"Failed to get power state for node {node.Uuid}. Error: The driver of node bm-01 was asked to tell its power state and did not come back within 60 s. "
            + "Look whether its management controller answers.");
        driver.Calls.ShouldBe(["power?", "cancelled"]);
    }

    [Fact]
    public async Task Node_IsReserved_WhileSomethingWorksOnIt()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available));
        var end = new TaskCompletionSource<WorkOutcome>();
        driver.Work = (_, _) => end.Task;

        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Deploy);

        (rig.Nodes.Reservation(run.Node), rig.Nodes.FindByUuid(node.Uuid)!.ProvisionState).ShouldBe(("conductor-1", ProvisionState.Deploying));
        var refused = await Should.ThrowAsync<NodeException>(() => rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Provide));
        (refused.Kind, refused.Message).ShouldBe((NodeFailure.Locked, "Node bm-01 is locked by host conductor-1, please retry after the current operation is completed."));
        end.SetResult(WorkOutcome.Done);
        (await run.Completion).ProvisionState.ShouldBe(ProvisionState.Active);
        rig.Nodes.Reservation(run.Node).ShouldBeNull();
    }

    [Fact]
    public async Task Deployment_ThatFails_KeepsItsReason_AndCanBeAskedForAgain()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available));
        driver.Work = (_, _) => throw new DriverException("the disk is gone");

        var failed = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        driver.Work = (_, _) => Task.FromResult(WorkOutcome.Done);
        var active = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);

        (failed.ProvisionState, failed.TargetProvisionState, failed.Maintenance, failed.LastError).ShouldBe((ProvisionState.DeployFailed, ProvisionState.Active, false,
            $"Failed to deploy: Node {node.Uuid} failed deploy step {{'interface': 'deploy', 'step': 'deploy'}}: the disk is gone"));
        (active.ProvisionState, active.LastError).ShouldBe((ProvisionState.Active, null));
    }

    [Fact]
    public async Task CleanStep_ThatFails_KeepsTheNodeFromUse()
    {
        await using var rig = new RegistryRig(types: driver.Types, settings: new() { AutomatedClean = true });
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable));
        driver.Work = (_, _) => throw new DriverException("the disk is gone");

        var failed = await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Provide);

        var reason = $"Node {node.Uuid} failed clean step {{'interface': 'deploy', 'step': 'erase_devices'}}: the disk is gone";
        (failed.ProvisionState, failed.LastError, failed.Maintenance, failed.MaintenanceReason, failed.Fault)
            .ShouldBe((ProvisionState.CleanFailed, reason, true, reason, "clean failure"));
    }

    [Fact]
    public async Task Power_ThatFails_IsSaidInTheNode_WhichKeepsItsState()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Active));
        driver.Power = _ => throw new DriverException("the BMC at 192.0.2.5 does not answer");

        var run = await rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.Reboot);
        var after = await run.Completion;

        run.Node.TargetPowerState.ShouldBe(PowerState.On);
        (after.ProvisionState, after.PowerState, after.TargetPowerState, after.LastError).ShouldBe((ProvisionState.Active, null, null,
            "Failed to change power state to 'power on' by 'rebooting'. Error: the BMC at 192.0.2.5 does not answer"));
    }

    [Fact]
    public async Task Power_ThatFails_IsLogged_AlsoWhenTheNodeCannotKeepIt()
    {
        var log = new LinesOfLog();
        await using var rig = new RegistryRig(types: driver.Types, log: log);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Active));
        driver.Power = _ =>
        {
            rig.Store.BeforeWrite = () => throw new IOException("disk full");
            throw new DriverException("the BMC at 192.0.2.5 does not answer");
        };

        var run = await rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.Reboot);
        await Should.ThrowAsync<IOException>(() => run.Completion);

        log.Lines.ShouldContain(line => line.Contains("the BMC at 192.0.2.5 does not answer") && line.Contains("disk full"));
        rig.Store.BeforeWrite = () => Task.CompletedTask;
    }

    [Fact]
    public async Task Restart_TakesTheTokenOfTheAgentAway()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Active) with { DriverInternalInfo = JsonFields.Parse("""{"agent_secret_token": "s"}""") });

        var after = await (await rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.Reboot)).Completion;

        (after.PowerState, after.Secret(), after.DriverInternalInfo.Text("last_power_state_change")).ShouldBe((PowerState.On, null, "2030-01-01T00:00:00.000000"));
    }

    [Fact]
    public async Task Power_IsRefusedAtOnce_WhereNothingCanSwitchIt()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.On))).Message
            .ShouldBe("Driver manual-management does not support power on (disabled or not implemented).");
        rig.Nodes.Reservation(node).ShouldBeNull();
    }

    [Fact]
    public async Task Power_OfAMachineThatIsCleaned_IsLeftAlone()
    {
        await using var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Manageable));
        driver.Preparation = WorkOutcome.Waits;
        await rig.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Clean, new VerbOptions { Steps = [JsonFields.Parse("""{"interface": "bios", "step": "factory_reset"}""")] });
        driver.Calls.Clear();

        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.SwitchAsync(node.Uuid, PowerAction.Off))).Message
            .ShouldBe($"The requested action \"power off\" can not be performed on node \"{node.Uuid}\" while it is in state \"clean wait\".");

        driver.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task End_WaitsForWorkThatEnds_AndTakesNoMore()
    {
        var rig = new RegistryRig(types: driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available));
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource<WorkOutcome>();
        driver.Work = (_, _) =>
        {
            begun.SetResult();
            return end.Task;
        };
        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Deploy);
        await begun.Task;

        var disposal = rig.Provisioner.DisposeAsync().AsTask();
        (await Should.ThrowAsync<NodeException>(() => rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Delete))).Kind.ShouldBe(NodeFailure.Locked);
        end.SetResult(WorkOutcome.Done);
        await disposal;

        (await run.Completion).ProvisionState.ShouldBe(ProvisionState.Active);
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task End_GivesUpWorkThatDoesNot_AndTheNextStartFailsItsNode()
    {
        var store = new MemoryStore();
        var rig = new RegistryRig(store, driver.Types);
        var node = await rig.Nodes.AddAsync(driver.Node(ProvisionState.Available));
        var begun = new TaskCompletionSource();
        driver.Work = async (_, cancellation) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return WorkOutcome.Done;
        };
        var run = await rig.Provisioner.BeginAsync(node.Uuid, ProvisionVerb.Deploy);
        await begun.Task;

        var timers = rig.Time.Timers;
        var disposal = rig.DisposeAsync().AsTask();
        await Until(() => rig.Time.Timers > timers);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await disposal;
        await Should.ThrowAsync<OperationCanceledException>(() => run.Completion);
        await using var next = new RegistryRig(store, driver.Types);
        await next.Provisioner.RecoverAsync();

        next.Nodes.FindByUuid(node.Uuid)!.ProvisionState.ShouldBe(ProvisionState.DeployFailed);
    }

    /// <summary>A timer is made on another thread; it is there when it is.</summary>
    private static async Task Until(Func<bool> isTrue)
    {
        while (!isTrue()) await Task.Yield();
    }

    private sealed class LinesOfLog : ILogger<Provisioner>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
