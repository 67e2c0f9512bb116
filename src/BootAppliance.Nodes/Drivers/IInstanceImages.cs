namespace BootAppliance.Nodes;

/// <summary>The images of instances that live on the network.</summary>
public interface IInstanceImages
{
    /// <summary>Brings the images of a node's instance to where its machine always finds them, whatever becomes of their sources; null, or which one cannot be had and why.</summary>
    Task<string?> KeepAsync(Node node, CancellationToken cancellation);
}
