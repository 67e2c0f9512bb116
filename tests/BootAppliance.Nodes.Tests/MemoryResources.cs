using System.Collections.Concurrent;

namespace BootAppliance.Nodes.Tests;

/// <summary>A store of resources that a test can hold up or make fail.</summary>
internal sealed class MemoryResources : IResourceStore
{
    private readonly ConcurrentDictionary<(Type Kind, Guid Uuid), Resource> stored = new();

    /// <summary>What a write waits for.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<T> LoadResources<T>()
        where T : Resource => [.. stored.Values.OfType<T>().OrderBy(r => r.Uuid)];

    public async Task SaveResourceAsync<T>(T resource)
        where T : Resource
    {
        await BeforeWrite();
        stored[(typeof(T), resource.Uuid)] = resource;
    }

    public async Task RemoveResourceAsync<T>(Guid uuid)
        where T : Resource
    {
        await BeforeWrite();
        stored.TryRemove((typeof(T), uuid), out _);
    }
}
