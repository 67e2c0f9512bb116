namespace BootAppliance.Nodes;

/// <summary>How the work of a state ended.</summary>
/// <param name="Event">What moves the node on.</param>
/// <param name="Change">Fields that change in the same step.</param>
internal sealed record WorkEnd(ProvisionEvent Event, Func<Node, Node>? Change = null);

/// <summary>What is done in each state under way.</summary>
internal sealed class StateWork(HardwareTypes types, ProvisionSettings settings, TimeProvider time, Func<IEnumerable<DeployTemplate>> templates)
{
    private readonly StepRunner steps = new(types, templates);

    /// <summary>Whether there is something to do in a state.</summary>
    public static bool Has(ProvisionState state) => state.Has(ProvisionTraits.LostOnRestart);

    /// <summary>Does the work of the node's state.</summary>
    public Task<WorkEnd> DoAsync(NodeTask task, CancellationToken cancellation) => task.Node.ProvisionState switch
    {
        ProvisionState.Verifying => VerifyAsync(task, cancellation),
        ProvisionState.Deploying => DeployAsync(task, cancellation),
        ProvisionState.Deleting => DeleteAsync(task, cancellation),
        ProvisionState.Cleaning => CleanAsync(task, cancellation),
        ProvisionState.Inspecting => InspectAsync(task, cancellation),
        ProvisionState.Adopting => Task.FromResult(Adopt(task.Node)),
        ProvisionState.Rescuing => RescueAsync(task, cancellation),
        ProvisionState.Unrescuing => UnrescueAsync(task, cancellation),
        ProvisionState.Servicing => ServiceAsync(task, cancellation),
        var other => throw new InvalidOperationException($"There is no work in state {other.ToApiString()}."),
    };

    /// <summary>The node when a machine reported what completes the work that waited for it.</summary>
    public Node Completed(Node node) => node.ProvisionState switch
    {
        ProvisionState.Inspecting or ProvisionState.InspectWait => node with { InspectionStartedAt = null, InspectionFinishedAt = time.GetUtcNow(), LastError = null },
        ProvisionState.Rescuing => node.WithoutRescuePassword(),
        _ => node,
    };

    /// <summary>The node after its work failed. One whose clean or service step did not end is in a state nobody knows, and is kept from use until somebody looked.</summary>
    public static Node Failed(Node node, string error)
    {
        var after = node.WithoutRescuePassword() with { LastError = error, TargetPowerState = null };
        var (use, fault) = node.ProvisionState switch
        {
            ProvisionState.Cleaning or ProvisionState.CleanWait => (StepUse.Clean, "clean failure"),
            ProvisionState.Servicing or ProvisionState.ServiceWait => (StepUse.Service, "service failure"),
            _ => (StepUse.None, ""),
        };
        return use == StepUse.None || node.Step(use).Count == 0 ? after : after with { Maintenance = true, MaintenanceReason = error, Fault = fault };
    }

    /// <summary>What Ironic puts before the reason of a failure in a state.</summary>
    public static string FailureText(Node node, string reason) => node.ProvisionState switch
    {
        ProvisionState.Verifying => $"Failed to get power state for node {node.Uuid}. Error: {reason}",
        ProvisionState.Deploying => $"Failed to deploy: {reason}",
        ProvisionState.Deleting => $"Failed to tear down: {reason}",
        ProvisionState.Inspecting => $"Failed to inspect hardware. Reason: {reason}",
        ProvisionState.Adopting => $"Error while attempting to adopt node {node.Uuid}: {reason}",
        ProvisionState.Rescuing => $"Failed to rescue: {reason}",
        ProvisionState.Unrescuing => $"Failed to unrescue: {reason}",
        _ => reason,
    };

    private async Task<WorkEnd> VerifyAsync(NodeTask task, CancellationToken cancellation)
    {
        types.PowerOf(task.Node).Validate(task.Node);
        var power = await task.PowerAsync(cancellation);
        return new(ProvisionEvent.Done, node => node with { PowerState = power });
    }

    private async Task<WorkEnd> DeployAsync(NodeTask task, CancellationToken cancellation)
    {
        if (task.Node.LastStep(StepUse.Deploy) is null)
        {
            var plan = steps.Plan(task.Node, StepUse.Deploy);
            await task.UpdateAsync(node => node.Ready(StepUse.Deploy, plan), "the deployment is ready to begin");
        }

        return await steps.RunAsync(task, StepUse.Deploy, cancellation) is { } stop
            ? new(stop)
            : new(ProvisionEvent.Done, node => node.WithoutSteps(StepUse.Deploy));
    }

    private async Task<WorkEnd> DeleteAsync(NodeTask task, CancellationToken cancellation)
    {
        await types.DeployOf(task.Node).TearDownAsync(task, cancellation);
        return new(ProvisionEvent.Clean, NodeInstance.WithoutInstance);
    }

    private async Task<WorkEnd> CleanAsync(NodeTask task, CancellationToken cancellation)
    {
        var isAsked = task.Node.TargetProvisionState == ProvisionState.Manageable && task.Node.Steps(StepUse.Clean).Length > 0;
        var deploy = types.DeployOf(task.Node);
        if (isAsked || ((task.Node.AutomatedClean ?? settings.AutomatedClean) && deploy.CanCleanAutomatically))
        {
            var stop = await RunAsync(task, StepUse.Clean, () => isAsked ? steps.Plan(task.Node, StepUse.Clean) : steps.PlanAutomatedClean(task.Node), cancellation);
            if (stop is { } @event) return new(@event);
        }

        return new(task.Node.TargetProvisionState == ProvisionState.Manageable ? ProvisionEvent.Manage : ProvisionEvent.Done, node => node.WithoutSteps(StepUse.Clean));
    }

    private async Task<WorkEnd> ServiceAsync(NodeTask task, CancellationToken cancellation) =>
        await RunAsync(task, StepUse.Service, () => steps.Plan(task.Node, StepUse.Service), cancellation) is { } stop
            ? new(stop)
            : new(ProvisionEvent.Done, node => node.WithoutSteps(StepUse.Service));

    /// <summary>Makes the machine ready, unless it is, and runs the steps.</summary>
    private async Task<ProvisionEvent?> RunAsync(NodeTask task, StepUse use, Func<IEnumerable<JsonFields>> plan, CancellationToken cancellation)
    {
        var deploy = types.DeployOf(task.Node);
        if (task.Node.LastStep(use) is null)
        {
            var planned = plan();
            await task.UpdateAsync(node => node.Ready(use, planned), $"the {use.Word()} steps are ready to begin");
            if (!task.Node.StepsNeedNoAgent() && await deploy.PrepareStepsAsync(task, cancellation) == WorkOutcome.Waits) return ProvisionEvent.Wait;
        }

        var stop = await steps.RunAsync(task, use, cancellation);
        if (stop is null) await deploy.EndStepsAsync(task, cancellation);
        return stop;
    }

    private async Task<WorkEnd> InspectAsync(NodeTask task, CancellationToken cancellation) =>
        await types.InspectOf(task.Node).InspectAsync(task, cancellation) == WorkOutcome.Waits ? new(ProvisionEvent.Wait) : new(ProvisionEvent.Done, Completed);

    private WorkEnd Adopt(Node node)
    {
        types.PowerOf(node).Validate(node);
        types.BootOf(node).Validate(node);
        types.DeployOf(node).Validate(node);
        return new(ProvisionEvent.Done);
    }

    private async Task<WorkEnd> RescueAsync(NodeTask task, CancellationToken cancellation) =>
        await types.RescueOf(task.Node).RescueAsync(task, cancellation) == WorkOutcome.Waits ? new(ProvisionEvent.Wait) : new(ProvisionEvent.Done, Completed);

    private async Task<WorkEnd> UnrescueAsync(NodeTask task, CancellationToken cancellation)
    {
        await types.RescueOf(task.Node).UnrescueAsync(task, cancellation);
        return new(ProvisionEvent.Done);
    }
}
