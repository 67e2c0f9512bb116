namespace BootAppliance.Nodes;

/// <summary>Boots a machine from the network.</summary>
public interface IBootInterface : IDriverInterface
{
    /// <summary>The device that the machine boots from the network with.</summary>
    string NetworkDevice { get; }

    /// <summary>Refuses a node that lacks what it takes to boot an agent ramdisk.</summary>
    /// <param name="node">The node.</param>
    /// <param name="purpose">What the ramdisk is for.</param>
    void ValidateRamdisk(Node node, BootPurpose purpose);
}

/// <summary>Gives an instance to a node, takes it away, and cleans the node in between.</summary>
public interface IDeployInterface : IDriverInterface
{
    /// <summary>Gives the node its instance, or tells the machine what to boot for that.</summary>
    Task<WorkOutcome> DeployAsync(NodeTask task, CancellationToken cancellation);

    /// <summary>Takes the instance away; the node's own fields of it are emptied afterwards.</summary>
    Task TearDownAsync(NodeTask task, CancellationToken cancellation);

    /// <summary>Whether a node can be cleaned without anybody asking; where it cannot, that is passed over.</summary>
    bool CanCleanAutomatically => false;

    /// <summary>Makes the machine ready for clean or service steps, or tells it what to boot for that.</summary>
    Task<WorkOutcome> PrepareStepsAsync(NodeTask task, CancellationToken cancellation) => Task.FromResult(WorkOutcome.Done);

    /// <summary>Ends what <see cref="PrepareStepsAsync"/> began, after the last step.</summary>
    Task EndStepsAsync(NodeTask task, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Looks at a node's hardware.</summary>
public interface IInspectInterface : IDriverInterface
{
    /// <summary>Looks at it, or tells the machine what to boot for that.</summary>
    Task<WorkOutcome> InspectAsync(NodeTask task, CancellationToken cancellation);
}

/// <summary>Takes a node to its rescue system and back.</summary>
public interface IRescueInterface : IDriverInterface
{
    /// <summary>Boots the rescue system, or tells the machine to.</summary>
    Task<WorkOutcome> RescueAsync(NodeTask task, CancellationToken cancellation);

    /// <summary>Boots the instance again.</summary>
    Task UnrescueAsync(NodeTask task, CancellationToken cancellation);
}
