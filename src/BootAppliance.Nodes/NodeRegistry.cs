using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>
/// All nodes, in memory. Reading takes no lock and sees only what is durable. A node has one writer at a time, different nodes are changed side by side;
/// a change returns when it is stored, and only then it is visible.
/// </summary>
public sealed class NodeRegistry
{
    private readonly INodeStore store;
    private readonly EventLog events;
    private readonly TimeProvider time;
    private readonly ILogger<NodeRegistry> logger;
    private readonly ConcurrentDictionary<Guid, NodeSlot> slots = new();

    // Names and addresses are taken before the change that brings them is durable, so these two may be ahead of the nodes: a reader asks the node itself.
    private readonly ConcurrentDictionary<MacAddress, NodeSlot> byMac = new();
    private readonly ConcurrentDictionary<string, NodeSlot> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock claiming = new();

    /// <summary>Loads every stored node.</summary>
    public NodeRegistry(INodeStore store, EventLog events, TimeProvider time, ILogger<NodeRegistry> logger)
    {
        this.store = store;
        this.events = events;
        this.time = time;
        this.logger = logger;
        foreach (var node in store.LoadNodes())
        {
            var slot = new NodeSlot(node.Label) { Node = node };
            slots[node.Uuid] = slot;
            Claim(slot, before: null, node);
        }

        logger.Loaded(slots.Count);
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => slots.Count;

    /// <summary>Every node, in no order, each as it was when it was reached.</summary>
    public IEnumerable<Node> All => slots.Select(s => s.Value.Node).OfType<Node>();

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The node that has a port with this address.</summary>
    public Node? FindByMac(MacAddress mac) =>
        byMac.TryGetValue(mac, out var slot) && slot.Node is { } node && node.HasPort(mac) ? node : null;

    /// <summary>The node with this identity.</summary>
    public Node? FindByUuid(Guid uuid) => slots.TryGetValue(uuid, out var slot) ? slot.Node : null;

    /// <summary>The node with this name, in whatever case.</summary>
    public Node? FindByName(string name) =>
        byName.TryGetValue(name, out var slot) && slot.Node is { } node && string.Equals(node.Name, name, StringComparison.OrdinalIgnoreCase) ? node : null;

    /// <summary>The node that somebody means by its UUID, its name or one of its MAC addresses.</summary>
    public Node? Find(string text)
    {
        if (Guid.TryParse(text, out var uuid) && FindByUuid(uuid) is { } node) return node;
        return FindByName(text) ?? (MacAddress.TryParse(text, out var mac) ? FindByMac(mac) : null);
    }

    /// <summary>As <see cref="Find"/>, but refuses when there is no such node.</summary>
    public Node Get(string text) => Find(text) ?? throw NodeException.NotFound(text);

    /// <summary>Adds a node; its name, if any, and its addresses must be nobody else's. Returns when it is durable.</summary>
    public async Task<Node> AddAsync(Node node)
    {
        if (!node.ProvisionState.Has(ProvisionTraits.Stable)) throw new NodeException(NodeFailure.Invalid, "A node begins in a stable provision state.");
        var slot = new NodeSlot(node.Label);
        if (!slots.TryAdd(node.Uuid, slot)) throw new NodeException(NodeFailure.Conflict, $"A node with UUID {node.Uuid} already exists.");
        using var held = await HoldAsync(slot, default);
        try
        {
            return await SaveAsync(slot, node with { CreatedAt = Now }, MachineEventKind.NodeAdded, $"Node {node.Label} was added.");
        }
        finally
        {
            if (slot.Node is null) slots.TryRemove(node.Uuid, out _);
        }
    }

    /// <summary>As <see cref="HeldNode.UpdateAsync"/>, for one change by itself.</summary>
    public async Task<Node> UpdateAsync(Guid uuid, Func<Node, Node> change)
    {
        using var held = await HoldAsync(uuid);
        return await held.UpdateAsync(change);
    }

    /// <summary>As <see cref="HeldNode.ApplyAsync"/>, for one step by itself.</summary>
    public async Task<Node> ApplyAsync(Guid uuid, ProvisionEvent @event, Func<Node, Node>? change = null, ProvisionState? target = null)
    {
        using var held = await HoldAsync(uuid);
        return await held.ApplyAsync(@event, change, target);
    }

    /// <summary>As <see cref="HeldNode.RemoveAsync"/>.</summary>
    public async Task RemoveAsync(Guid uuid)
    {
        using var held = await HoldAsync(uuid);
        await held.RemoveAsync();
    }

    /// <summary>Waits until no other writer has the node, and keeps it until the result is disposed.</summary>
    public async Task<HeldNode> HoldAsync(Guid uuid, CancellationToken cancellation = default)
    {
        if (!slots.TryGetValue(uuid, out var slot)) throw NodeException.NotFound(uuid.ToString());
        var held = await HoldAsync(slot, cancellation);
        if (slot.Node is not null) return held;
        held.Dispose();
        throw NodeException.NotFound(uuid.ToString());
    }

    internal async Task<Node> SaveAsync(NodeSlot slot, Node after, MachineEventKind kind, string text)
    {
        var before = slot.Node;
        if (before is not null) after = after with { Uuid = before.Uuid, CreatedAt = before.CreatedAt, UpdatedAt = Now };
        after = after with { Ports = [.. after.Ports.Select(p => p.CreatedAt == default ? p with { CreatedAt = Now } : p)] };
        NodeRules.Check(before, after);
        Claim(slot, before, after);
        try
        {
            await StoreAsync(after, kind, text, change => store.SaveNodeAsync(after, change), () => slot.Node = after);
        }
        catch
        {
            Release(slot, after, keep: before);
            throw;
        }

        if (before is not null) Release(slot, before, keep: after);
        return after;
    }

    internal async Task DeleteAsync(NodeSlot slot)
    {
        var node = slot.Node!;
        await StoreAsync(node, MachineEventKind.NodeRemoved, $"Node {node.Label} was removed.", change => store.RemoveNodeAsync(node.Uuid, change),
            () => slot.Node = null);
        slots.TryRemove(node.Uuid, out _);
        Release(slot, node, keep: null);
    }

    private async Task StoreAsync(Node node, MachineEventKind kind, string text, Func<MachineEvent, Task> save, Action show)
    {
        var change = events.Reserve(new MachineEvent { Kind = kind, Text = text, NodeUuid = node.Uuid, State = node.ProvisionState });
        var stored = false;
        try
        {
            await save(change);
            stored = true;
            show();
        }
        finally
        {
            events.Settle(change, stored);
        }

        logger.StateChanged(node.Label, text);
    }

    private async Task<HeldNode> HoldAsync(NodeSlot slot, CancellationToken cancellation)
    {
        await slot.Writer.WaitAsync(cancellation);
        return new HeldNode(this, slot);
    }

    private void Claim(NodeSlot slot, Node? before, Node after)
    {
        lock (claiming)
        {
            if (after.Name is { } name && byName.TryGetValue(name, out var namesake) && namesake != slot)
                throw new NodeException(NodeFailure.Conflict, $"A node with name {name} already exists.");
            foreach (var port in after.Ports)
            {
                if (byMac.TryGetValue(port.Address, out var owner) && owner != slot)
                    throw new NodeException(NodeFailure.Conflict, $"A port with MAC address {port.Address} already exists: it belongs to node {owner.Label}.");
            }

            if (after.Name is not null && after.Name != before?.Name) byName[after.Name] = slot;
            foreach (var port in after.Ports) byMac[port.Address] = slot;
        }
    }

    private void Release(NodeSlot slot, Node node, Node? keep)
    {
        lock (claiming)
        {
            if (node.Name is { } name && !string.Equals(name, keep?.Name, StringComparison.OrdinalIgnoreCase)) byName.TryRemove(KeyValuePair.Create(name, slot));
            foreach (var port in node.Ports)
            {
                if (keep?.HasPort(port.Address) != true) byMac.TryRemove(KeyValuePair.Create(port.Address, slot));
            }
        }
    }
}
