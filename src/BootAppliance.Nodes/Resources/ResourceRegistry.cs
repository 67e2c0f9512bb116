using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>All resources of one kind, in memory. Reading takes no lock and sees only what is durable; there is one writer at a time.</summary>
public sealed class ResourceRegistry<T>
    where T : Resource
{
    private readonly IResourceStore store;
    private readonly TimeProvider time;
    private readonly string word;
    private readonly string kind;
    private ImmutableSortedDictionary<long, T> byNumber;
    private ImmutableDictionary<Guid, T> byUuid;

    /// <summary>Loads every stored resource.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="word">What people call one of them, as in <c>Chassis</c>.</param>
    public ResourceRegistry(IResourceStore store, TimeProvider time, string word)
    {
        this.store = store;
        this.time = time;
        this.word = word;
        kind = (word[0] is 'A' or 'E' or 'I' or 'O' or 'U' ? "An " : "A ") + word.ToLowerInvariant();
        var stored = store.LoadResources<T>();
        byNumber = stored.ToImmutableSortedDictionary(r => r.Number, r => r);
        byUuid = stored.ToImmutableDictionary(r => r.Uuid, r => r);
    }

    private SemaphoreSlim Writer { get; } = new(1, 1);

    /// <summary>Every resource, in the order in which they were added.</summary>
    public IEnumerable<T> All => Volatile.Read(ref byNumber).Values;

    /// <summary>The resource with this UUID or name, or null.</summary>
    public T? Find(string text) => Guid.TryParse(text, out var uuid) ? Find(uuid) : All.FirstOrDefault(r => r.Name == text);

    /// <summary>The resource with this UUID, or null.</summary>
    public T? Find(Guid uuid) => Volatile.Read(ref byUuid).GetValueOrDefault(uuid);

    /// <summary>As <see cref="Find(string)"/>, but refuses when there is none.</summary>
    public T Get(string text) => Find(text) ?? throw NotFound(text);

    /// <summary>Adds a resource, whose UUID and name must be nobody else's. Returns when it is durable.</summary>
    public async Task<T> AddAsync(T resource)
    {
        using var turn = await WriteAsync();
        if (Find(resource.Uuid) is not null) throw new NodeException(NodeFailure.Conflict, $"{kind} with UUID {resource.Uuid} already exists.");
        var added = resource with { Number = byNumber.IsEmpty ? 1 : byNumber.Keys.Last() + 1, CreatedAt = time.GetUtcNow() };
        CheckName(added);
        await store.SaveResourceAsync(added);
        Show(added);
        return added;
    }

    /// <summary>Changes a resource. Returns when that is durable.</summary>
    public async Task<T> UpdateAsync(Guid uuid, Func<T, T> change)
    {
        using var turn = await WriteAsync();
        var before = Find(uuid) ?? throw NotFound(uuid.ToString());
        var after = change(before) with { Uuid = before.Uuid, Number = before.Number, CreatedAt = before.CreatedAt, UpdatedAt = time.GetUtcNow() };
        CheckName(after);
        await store.SaveResourceAsync(after);
        Show(after);
        return after;
    }

    /// <summary>Removes a resource, and returns it as it was last when that is durable.</summary>
    public async Task<T> RemoveAsync(Guid uuid)
    {
        using var turn = await WriteAsync();
        var resource = Find(uuid) ?? throw NotFound(uuid.ToString());
        await store.RemoveResourceAsync<T>(uuid);
        Volatile.Write(ref byNumber, byNumber.Remove(resource.Number));
        Volatile.Write(ref byUuid, byUuid.Remove(uuid));
        return resource;
    }

    private NodeException NotFound(string text) => new(NodeFailure.NotFound, $"{word} {text} could not be found.");

    private void CheckName(T resource)
    {
        if (resource.Name is { } name && All.Any(r => r.Name == name && r.Uuid != resource.Uuid))
            throw new NodeException(NodeFailure.Conflict, $"{kind} with name {name} already exists.");
    }

    private void Show(T resource)
    {
        Volatile.Write(ref byNumber, byNumber.SetItem(resource.Number, resource));
        Volatile.Write(ref byUuid, byUuid.SetItem(resource.Uuid, resource));
    }

    private async Task<Turn> WriteAsync()
    {
        await Writer.WaitAsync();
        return new Turn(Writer);
    }

    private readonly record struct Turn(SemaphoreSlim Writer) : IDisposable
    {
        public void Dispose() => Writer.Release();
    }
}
