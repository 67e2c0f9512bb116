namespace BootAppliance.Nodes;

/// <summary>The durable side of resources. A task that ends without an exception means: on the disk, and there after a power cut.</summary>
public interface IResourceStore
{
    /// <summary>Every stored resource of a kind; read once at start.</summary>
    IReadOnlyList<T> LoadResources<T>()
        where T : Resource;

    /// <summary>Writes a resource, in place of what was stored for its UUID.</summary>
    Task SaveResourceAsync<T>(T resource)
        where T : Resource;

    /// <summary>Forgets a resource.</summary>
    Task RemoveResourceAsync<T>(Guid uuid)
        where T : Resource;
}
