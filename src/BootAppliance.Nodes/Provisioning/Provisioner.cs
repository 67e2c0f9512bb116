using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>
/// Takes nodes through the verbs of the state machine: a verb moves the node into a state with work to do, the work of that state ends in the next event,
/// and so on until the node rests or waits for its machine. Each step is durable before the next begins, and nobody else changes the node meanwhile.
/// </summary>
public sealed class Provisioner : IAsyncDisposable
{
    private readonly NodeRegistry nodes;
    private readonly ProvisionSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger<Provisioner> logger;
    private readonly StateWork work;
    private readonly WorkPool pool;
    private readonly LongWaits waits;

    /// <summary>A provisioner that does nothing until it is asked.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="types">What drives them.</param>
    /// <param name="settings">How long machines are waited for.</param>
    /// <param name="conductor">The name under which nodes are reserved while they are worked on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Provisioner(NodeRegistry nodes, HardwareTypes types, ProvisionSettings settings, string conductor, TimeProvider time, ILogger<Provisioner> logger)
    {
        this.nodes = nodes;
        Types = types;
        this.settings = settings;
        this.time = time;
        this.logger = logger;
        Conductor = conductor;
        work = new StateWork(types, settings, time, () => DeployTemplates());
        pool = new WorkPool(settings.Workers, time);
        waits = new LongWaits(pool);
    }

    /// <summary>The name under which nodes are reserved while they are worked on.</summary>
    public string Conductor { get; }

    /// <summary>What drives the nodes.</summary>
    public HardwareTypes Types { get; }

    /// <summary>The deploy templates that there are, asked for at each deployment.</summary>
    public Func<IEnumerable<DeployTemplate>> DeployTemplates { get; set; } = () => [];

    /// <summary>
    /// Begins what a verb asks for, and returns when that is durable; refused with a <see cref="NodeException"/> where the node or its state does not allow it.
    /// </summary>
    public async Task<ProvisionRun> BeginAsync(Guid uuid, ProvisionVerb verb, VerbOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new VerbOptions();
        // The work fails by that, and leaves the node in a state that the verb goes on from.
        if (verb != ProvisionVerb.Delete || !waits.CallOff(uuid)) RefuseAtOnce(uuid, verb);
        var held = await HoldAsync(uuid, cancellation);
        try
        {
            VerbRules.Check(held.Node, verb, options, Types);
            await held.ApplyAsync(verb.ToEvent(), node => VerbRules.Begin(node, verb, options, time.GetUtcNow()), VerbRules.Target(held.Node, verb));

            // Nothing is to be waited for after a hold: the step that held has no end of its own.
            if (verb == ProvisionVerb.Unhold) await held.ApplyAsync(ProvisionEvent.Resume);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return WorkOn(held);
    }

    /// <summary>Does what a verb asks for to its end: until the node rests or waits for its machine.</summary>
    public async Task<Node> RequestAsync(Guid uuid, ProvisionVerb verb, VerbOptions? options = null, CancellationToken cancellation = default)
    {
        var run = await BeginAsync(uuid, verb, options, cancellation);
        return await run.Completion.WaitAsync(cancellation);
    }

    /// <summary>
    /// Takes a node on after something happened that it waited for: the machine reported (<see cref="ProvisionEvent.Resume"/>, <see cref="ProvisionEvent.Done"/>),
    /// or what it reported is a failure (<see cref="ProvisionEvent.Fail"/>). Returns when the step and the change are durable; the work that follows goes on in the
    /// background. Refused where the node is not waiting for that.
    /// </summary>
    /// <param name="uuid">The node.</param>
    /// <param name="event">What happened.</param>
    /// <param name="change">Fields that change in the same step; of a failure, the <c>last_error</c>.</param>
    /// <param name="cancellation">Ends the waiting for the node.</param>
    public async Task<Node> ContinueAsync(Guid uuid, ProvisionEvent @event, Func<Node, Node>? change = null, CancellationToken cancellation = default)
    {
        var held = await HoldAsync(uuid, cancellation);
        try
        {
            await held.ApplyAsync(@event, node =>
            {
                var after = change?.Invoke(node) ?? node;
                return @event switch
                {
                    ProvisionEvent.Done => work.Completed(after),
                    ProvisionEvent.Fail => StateWork.Failed(after, after.LastError ?? "The machine reported a failure without its reason."),
                    _ => after,
                };
            });
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return WorkOn(held).Node;
    }

    /// <summary>
    /// Begins to do something with a machine's power; returns when the node says where its power is being taken. Refused where its driver cannot do that.
    /// </summary>
    public async Task<ProvisionRun> SwitchAsync(Guid uuid, PowerAction action, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var held = await HoldAsync(uuid, cancellation);
        try
        {
            var node = held.Node;

            // A machine in the middle of its clean steps could be left unusable.
            if (node.ProvisionState is ProvisionState.Cleaning or ProvisionState.CleanWait) throw NodeException.NotAllowed(action.ToApiString(), node);
            var power = Types.PowerOf(node);
            if (!power.SupportedPowerActions(node).Contains(action)) throw NodeException.Unsupported(node, action.ToApiString());
            power.Validate(node);
            if (node.DisablePowerOff && action.Target() == PowerState.Off)
                throw new NodeException(NodeFailure.Invalid, $"Node {node.Uuid} must not be powered off: disable_power_off is set. It can be rebooted.");
            await held.UpdateAsync(n => n with { TargetPowerState = action.Target(), LastError = null }, $"{action.ToApiString()} was asked for");
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return InBackground(held, (task, stopping) => task.SwitchAsync(action, timeout, stopping));
    }

    /// <summary>Begins work on a node that does not change its provision state; a failure is kept in the node's <c>last_error</c>.</summary>
    /// <param name="uuid">The node.</param>
    /// <param name="check">Refuses what makes no sense, before anything begins.</param>
    /// <param name="action">The work.</param>
    /// <param name="cancellation">Ends the waiting for the node.</param>
    public async Task<ProvisionRun> BeginAsync(Guid uuid, Action<Node> check, Func<NodeTask, CancellationToken, Task> action, CancellationToken cancellation = default)
    {
        var held = await HoldAsync(uuid, cancellation);
        try
        {
            check(held.Node);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return InBackground(held, action);
    }

    /// <summary>Asks something of a node's driver, and waits for its answer; refused where the driver does not do that, or does not come back in time.</summary>
    public async Task AskAsync(Guid uuid, Func<NodeTask, CancellationToken, Task> question, CancellationToken cancellation = default)
    {
        using var held = await HoldAsync(uuid, cancellation);
        var task = new NodeTask(held, Types, settings, time, waits);
        await task.WithinAsync(token => question(task, token), settings.PowerTimeout, "answer", cancellation);
    }

    /// <summary>
    /// To be called once at start, before anything else is asked: fails every node whose work was under way when the process ended, as Ironic does,
    /// so that its operator sees it and can ask again. Nodes that wait for their machine go on waiting.
    /// </summary>
    public async Task RecoverAsync()
    {
        foreach (var node in nodes.All.Where(IsLost).ToList())
        {
            try
            {
                using var held = await nodes.HoldAsync(node.Uuid, Conductor);
                await RecoverAsync(held);
            }
            catch (Exception exception)
            {
                logger.NotRecovered(node.Label, node.ProvisionState.ToApiString(), exception.Message);
            }
        }

        foreach (var node in nodes.All.Where(node => node.TargetPowerState is not null).ToList())
        {
            try
            {
                await nodes.UpdateAsync(node.Uuid, n => n with { TargetPowerState = null, LastError = "The appliance ended while the machine's power was being switched; ask again." });
            }
            catch (Exception exception)
            {
                logger.NotRecovered(node.Label, node.ProvisionState.ToApiString(), exception.Message);
            }
        }
    }

    /// <summary>Fails the nodes whose machine has not reported in time, and those whose work the store stopped half-way; where the store takes nothing, only the first is tried.</summary>
    /// <param name="lastSeen">Says what was seen of a machine.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task FailLateAsync(ILastSeen lastSeen, CancellationToken cancellation = default)
    {
        foreach (var late in nodes.All.Where(node => WaitRules.IsLate(node, settings, time.GetUtcNow()) || IsLost(node)).ToList())
        {
            if (nodes.Reservation(late) is not null) continue;
            try
            {
                using var held = await HoldAsync(late.Uuid, cancellation);
                if (!WaitRules.IsLate(held.Node, settings, time.GetUtcNow())) continue;
                await held.ApplyAsync(ProvisionEvent.Fail, node => StateWork.Failed(node, WaitRules.Error(node, lastSeen)));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.NotFailed(late.Label, late.ProvisionState.ToApiString(), failure.Message);
                if (failure is not NodeException) return;
            }
        }
    }

    /// <summary>Lets the work under way end, and gives up what takes longer: its nodes are failed at the next start.</summary>
    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private bool IsLost(Node node) => StateWork.Has(node.ProvisionState) && nodes.Reservation(node) is null;

    /// <summary>As Ironic: what the state forbids is refused as busy where somebody works on the node, without waiting for them.</summary>
    private void RefuseAtOnce(Guid uuid, ProvisionVerb verb)
    {
        if (nodes.FindByUuid(uuid) is { } node && node.ProvisionState.Next(verb.ToEvent()) is null && nodes.Reservation(node) is { } holder)
            throw NodeException.Locked(node.Label, holder);
    }

    private async Task<HeldNode> HoldAsync(Guid uuid, CancellationToken cancellation)
    {
        if (pool.IsClosed) throw new NodeException(NodeFailure.Locked, "The appliance is being stopped; ask again when it has started.");
        var held = await nodes.HoldAsync(uuid, Conductor, cancellation);
        try
        {
            // Nobody else works on a node that is held, so a node under way is one whose last work the store stopped.
            await RecoverAsync(held);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static async Task RecoverAsync(HeldNode held)
    {
        if (!StateWork.Has(held.Node.ProvisionState)) return;
        var error = $"The {held.Node.ProvisionState.ToApiString()} state can't be resumed after a restart of the appliance. Moving to fail state.";
        await held.ApplyAsync(ProvisionEvent.Fail, node => StateWork.Failed(node, error));
    }

    private ProvisionRun WorkOn(HeldNode held)
    {
        if (StateWork.Has(held.Node.ProvisionState)) return InBackground(held, WorkAsync);
        using (held) return new ProvisionRun(held.Node, Task.FromResult(held.Node));

        async Task WorkAsync(NodeTask task, CancellationToken stopping)
        {
            while (StateWork.Has(held.Node.ProvisionState)) await StepAsync(held, task, stopping);
        }
    }

    private async Task StepAsync(HeldNode held, NodeTask task, CancellationToken stopping)
    {
        WorkEnd end;
        try
        {
            end = await work.DoAsync(task, stopping);
        }
        catch (Exception failure) when (failure is DriverException or NodeException)
        {
            var error = StateWork.FailureText(held.Node, failure.Message);
            logger.WorkFailed(held.Node.Label, held.Node.ProvisionState.ToApiString(), error);
            end = new(ProvisionEvent.Fail, node => StateWork.Failed(node, error));
        }

        await held.ApplyAsync(end.Event, end.Change, held.Node.ProvisionState == ProvisionState.Deleting ? held.Node.TargetProvisionState : null);
    }

    private ProvisionRun InBackground(HeldNode held, Func<NodeTask, CancellationToken, Task> action)
    {
        var task = new NodeTask(held, Types, settings, time, waits);
        return new ProvisionRun(held.Node, pool.Run(held, async stopping =>
        {
            var label = held.Node.Label;
            try
            {
                await KeepingErrorAsync(task, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                logger.GivenUp(label);
                throw;
            }
            catch (Exception failure)
            {
                logger.WorkStopped(label, failure);
                throw;
            }

            return held.Node;
        }));

        async Task KeepingErrorAsync(NodeTask task, CancellationToken stopping)
        {
            try
            {
                await action(task, stopping);
            }
            catch (Exception failure) when (failure is DriverException or NodeException)
            {
                // Said before it is kept: the store may be what fails next.
                logger.WorkFailed(held.Node.Label, "being worked on", failure.Message);
                await task.UpdateAsync(node => node.LastError == failure.Message ? node : node with { LastError = failure.Message }, failure.Message);
            }
        }
    }
}
