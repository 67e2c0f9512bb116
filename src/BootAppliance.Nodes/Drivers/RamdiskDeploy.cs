namespace BootAppliance.Nodes;

/// <summary><c>ramdisk</c>: the instance is a kernel with its ramdisk, or an ISO image, that the machine boots from the network on every start.</summary>
/// <param name="judge">Judges what nodes can boot.</param>
/// <param name="images">Keeps what the instance boots.</param>
public sealed class RamdiskDeploy(IBootJudge judge, IInstanceImages images) : IDeployInterface
{
    /// <inheritdoc/>
    public string Name => "ramdisk";

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [InterfaceKind.Deploy];

    /// <inheritdoc/>
    public void Validate(Node node)
    {
        if (judge.FindProblem(node, BootPurpose.Instance) is not { } problem) return;
        throw new NodeException(NodeFailure.Invalid, $"Cannot validate image information for node {node.Uuid}" + (problem.Missing.IsEmpty
            ? $": {problem.Text}"
            : $" because one or more parameters are missing from its instance_info. Missing are: [{string.Join(", ", problem.Missing.Select(field => $"'{field}'"))}]"));
    }

    /// <inheritdoc/>
    public async Task<WorkOutcome> DeployAsync(NodeTask task, CancellationToken cancellation)
    {
        if (await task.WaitAsync(off => images.KeepAsync(task.Node, off), "the images of its instance", cancellation) is { } problem) throw new DriverException($"Failed to get the images of the instance of node {task.Node.Uuid}: {problem}");
        await task.StartFromNetworkAsync(persistent: true, cancellation);
        return WorkOutcome.Done;
    }

    /// <inheritdoc/>
    public Task TearDownAsync(NodeTask task, CancellationToken cancellation) => task.StopAsync(cancellation);
}
