namespace BootAppliance.Nodes;

/// <summary><c>agent</c> inspection: the machine boots the agent ramdisk, which looks at the hardware and posts what it found.</summary>
/// <param name="boot">The boot interface of a node.</param>
public sealed class AgentInspect(Func<Node, IBootInterface> boot) : IInspectInterface
{
    /// <inheritdoc/>
    public string Name => "agent";

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [InterfaceKind.Inspect];

    /// <inheritdoc/>
    public void Validate(Node node) => boot(node).ValidateRamdisk(node, BootPurpose.Inspect);

    /// <inheritdoc/>
    public async Task<WorkOutcome> InspectAsync(NodeTask task, CancellationToken cancellation)
    {
        await task.StartFromNetworkAsync(persistent: false, cancellation);
        return WorkOutcome.Waits;
    }
}
