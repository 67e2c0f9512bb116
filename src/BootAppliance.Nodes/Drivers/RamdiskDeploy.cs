namespace BootAppliance.Nodes;

/// <summary><c>ramdisk</c>: the instance is a kernel with its ramdisk, or an ISO image, that the machine boots from the network on every start.</summary>
public sealed class RamdiskDeploy : IDeployInterface
{
    /// <inheritdoc/>
    public string Name => "ramdisk";

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [InterfaceKind.Deploy];

    /// <inheritdoc/>
    public void Validate(Node node)
    {
        if (IsGiven(node, "boot_iso") || IsGiven(node, "kernel")) return;
        throw new NodeException(NodeFailure.Invalid,
            $"Cannot validate image information for node {node.Uuid} because one or more parameters are missing from its instance_info. Missing are: ['kernel']");
    }

    /// <inheritdoc/>
    public async Task<WorkOutcome> DeployAsync(NodeTask task, CancellationToken cancellation)
    {
        await task.StartFromNetworkAsync(persistent: true, cancellation);
        return WorkOutcome.Done;
    }

    /// <inheritdoc/>
    public Task TearDownAsync(NodeTask task, CancellationToken cancellation) => task.StopAsync(cancellation);

    private static bool IsGiven(Node node, string field) => !string.IsNullOrWhiteSpace(node.InstanceInfo.Text(field));
}
