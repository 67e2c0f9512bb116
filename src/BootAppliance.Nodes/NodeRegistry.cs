using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>
/// All nodes, in memory. Reading takes no lock and sees only what is durable. A node has one writer at a time, different nodes are changed side by side;
/// a change returns when it is stored, and only then it is visible.
/// </summary>
public sealed class NodeRegistry
{
    /// <summary>How long a change waits for somebody who works on the node; Ironic tries three times, a second apart.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly INodeStore store;
    private readonly EventLog events;
    private readonly TimeProvider time;
    private readonly ILogger<NodeRegistry> logger;
    private readonly ConcurrentDictionary<Guid, NodeSlot> slots = new();
    private readonly NodeClaims claims;
    private readonly NodeOrder order = new();
    private long lastNumber;

    /// <summary>Loads every stored node.</summary>
    public NodeRegistry(INodeStore store, EventLog events, TimeProvider time, ILogger<NodeRegistry> logger)
    {
        this.store = store;
        this.events = events;
        this.time = time;
        this.logger = logger;
        claims = new NodeClaims(uuid => FindByUuid(uuid) is not null, uuid => HasChassis(uuid));
        foreach (var stored in store.LoadNodes().OrderBy(n => n.Number).ThenBy(n => n.CreatedAt))
        {
            var node = stored with { Number = lastNumber = Math.Max(stored.Number, lastNumber + 1) };
            var slot = new NodeSlot(node.Label) { Number = node.Number, Node = node };
            slots[node.Uuid] = slot;
            order.Add(slot);
            claims.Take(slot, node);
        }

        logger.Loaded(slots.Count);
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => slots.Count;

    /// <summary>Every node, in no order, each as it was when it was reached.</summary>
    public IEnumerable<Node> All => slots.Select(s => s.Value.Node).OfType<Node>();

    /// <summary>The nodes in the order in which they were added, each as it was when it was reached.</summary>
    /// <param name="after">Only those that came after the node with this <see cref="Node.Number"/>.</param>
    public IEnumerable<Node> InOrder(long after = 0) => order.After(after).Select(slot => slot.Node).OfType<Node>();

    /// <summary>The nodes from the one that was added last to the first one, each as it was when it was reached.</summary>
    /// <param name="before">Only those that came before the node with this <see cref="Node.Number"/>.</param>
    public IEnumerable<Node> InReverseOrder(long before = long.MaxValue) => order.Before(before).Select(slot => slot.Node).OfType<Node>();

    /// <summary>Told which allocation a node was freed of, before the change that freed it returns.</summary>
    public Func<Guid, Task>? AllocationReleased { get; set; }

    /// <summary>Asked whether there is a chassis, before a node is put into it.</summary>
    public Func<Guid, bool> HasChassis { get; set; } = _ => true;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The node that has a port with this address.</summary>
    public Node? FindByMac(MacAddress mac) =>
        claims.FindByMac(mac)?.Node is { } node && node.HasPort(mac) ? node : null;

    /// <summary>The node with this identity.</summary>
    public Node? FindByUuid(Guid uuid) => slots.TryGetValue(uuid, out var slot) ? slot.Node : null;

    /// <summary>The node with this name, in whatever case.</summary>
    public Node? FindByName(string name) =>
        claims.FindByName(name)?.Node is { } node && string.Equals(node.Name, name, StringComparison.OrdinalIgnoreCase) ? node : null;

    /// <summary>The node that has a part, as a port, with this identity.</summary>
    public Node? FindByPart(Guid uuid) => claims.FindByPart(uuid)?.Node is { } node && node.HasPart(uuid) ? node : null;

    /// <summary>The node that has a part with this name.</summary>
    public Node? FindByPart(PartName name) => claims.FindByPart(name)?.Node is { } node && node.PartNames.Contains(name) ? node : null;

    /// <summary>The node that runs this instance.</summary>
    public Node? FindByInstance(Guid instance) => claims.FindByInstance(instance)?.Node is { } node && node.InstanceUuid == instance ? node : null;

    /// <summary>Who works on a node at this moment; null when nobody does.</summary>
    public string? Reservation(Node node) => slots.TryGetValue(node.Uuid, out var slot) ? slot.Reservation : null;

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
        var slot = new NodeSlot(node.Label) { Number = Interlocked.Increment(ref lastNumber) };
        if (!slots.TryAdd(node.Uuid, slot)) throw new NodeException(NodeFailure.Conflict, $"A node with UUID {node.Uuid} already exists.");
        using var held = await HoldAsync(slot, default);
        try
        {
            var added = await SaveAsync(slot, node with { CreatedAt = Now, Number = slot.Number }, MachineEventKind.NodeAdded, $"Node {node.Label} was added.");
            order.Add(slot);
            return added;
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

    /// <summary>Gives a part of one node, as a port, to another one. Returns when that is durable; it is never seen at neither of them.</summary>
    /// <param name="from">The node that has it.</param>
    /// <param name="to">The node that gets it.</param>
    /// <param name="change">Both nodes afterwards.</param>
    public async Task<Node> MoveAsync(Guid from, Guid to, Func<Node, Node, (Node From, Node To)> change)
    {
        // Always in this order, so that no two wait for each other.
        using var first = await HoldAsync(from.CompareTo(to) < 0 ? from : to);
        using var second = await HoldAsync(from.CompareTo(to) < 0 ? to : from);
        return await MoveAsync(slots[from], slots[to], change);
    }

    /// <summary>As <see cref="HeldNode.RemoveAsync"/>.</summary>
    public async Task RemoveAsync(Guid uuid)
    {
        using var held = await HoldAsync(uuid);
        await held.RemoveAsync();
    }

    /// <summary>Removes a chassis that no node is in, and puts none into it meanwhile.</summary>
    /// <param name="chassis">The chassis.</param>
    /// <param name="remove">Removes it.</param>
    public async Task RemoveChassisAsync(Guid chassis, Func<Task> remove)
    {
        claims.LeaveChassis(chassis);
        try
        {
            await remove();
        }
        finally
        {
            claims.Stay(chassis);
        }
    }

    /// <summary>
    /// Waits until no other writer has the node, and keeps it until the result is disposed; refused as <see cref="NodeFailure.Locked"/>
    /// when somebody who reserved it works on it for longer than that is worth waiting for.
    /// </summary>
    /// <param name="uuid">The node.</param>
    /// <param name="reservation">Who works on the node, for others to see; null for a change that takes no time.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<HeldNode> HoldAsync(Guid uuid, string? reservation = null, CancellationToken cancellation = default)
    {
        if (!slots.TryGetValue(uuid, out var slot)) throw NodeException.NotFound(uuid.ToString());
        var held = await HoldAsync(slot, cancellation);
        if (slot.Node is null)
        {
            held.Dispose();
            throw NodeException.NotFound(uuid.ToString());
        }

        slot.Reservation = reservation;
        return held;
    }

    internal async Task<Node> SaveAsync(NodeSlot slot, Node after, MachineEventKind kind, string text)
    {
        var before = slot.Node;
        after = Complete(before, after);
        claims.Claim(slot, before, after);
        try
        {
            await StoreAsync(after, kind, text, change => store.SaveNodeAsync(after, change), () => slot.Node = after);
        }
        catch
        {
            claims.Release(slot, after, keep: before);
            throw;
        }

        if (before is not null) await ReleaseAsync(slot, before, keep: after);
        return after;
    }

    private Node Complete(Node? before, Node after)
    {
        if (before is not null) after = after with { Uuid = before.Uuid, Number = before.Number, CreatedAt = before.CreatedAt, UpdatedAt = Now };
        if (before?.InstanceUuid is not null && after.InstanceUuid is null) after = after with { AllocationUuid = null };
        after = after.WithDates(before, Now);
        NodeRules.Check(before, after);
        return after;
    }

    private async Task<Node> MoveAsync(NodeSlot from, NodeSlot to, Func<Node, Node, (Node From, Node To)> change)
    {
        var (giving, taking) = (from.Node!, to.Node!);
        var (given, taken) = change(giving, taking);
        (given, taken) = (Complete(giving, given), Complete(taking, taken));

        // What moves stays the giver's until it is durable, so nobody else gets it meanwhile.
        claims.Check(to, taking, taken, giver: from);
        await StoreAsync(given, MachineEventKind.NodeChanged, $"Node {given.Label} gave a part to node {taken.Label}.",
            changeOfGiver => StoreAsync(taken, MachineEventKind.NodeChanged, $"Node {taken.Label} got a part of node {given.Label}.",
                changeOfTaker => store.SaveNodesAsync(given, changeOfGiver, taken, changeOfTaker),
                () =>
                {
                    to.Node = taken;
                    claims.Take(to, taken);
                }),
            () => from.Node = given);
        claims.Release(from, giving, keep: given);
        return taken;
    }

    internal async Task DeleteAsync(NodeSlot slot)
    {
        var node = slot.Node!;
        claims.LeaveNode(node.Uuid);
        try
        {
            await StoreAsync(node, MachineEventKind.NodeRemoved, $"Node {node.Label} was removed.", change => store.RemoveNodeAsync(node.Uuid, change),
                () => slot.Node = null);
        }
        finally
        {
            claims.Stay(node.Uuid);
        }

        slots.TryRemove(node.Uuid, out _);
        order.Remove(slot);
        await ReleaseAsync(slot, node, keep: null);
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
        while (!await TakeAsync(slot.Writer, cancellation))
        {
            if (slot.Reservation is { } holder) throw NodeException.Locked(slot.Label, holder);
        }

        return new HeldNode(this, slot);
    }

    /// <summary>Whether it was this writer's turn before its patience ended.</summary>
    private async Task<bool> TakeAsync(SemaphoreSlim writer, CancellationToken cancellation)
    {
        if (writer.Wait(0, cancellation)) return true;
        using var patience = new CancellationTokenSource(Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await writer.WaitAsync(end.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ReleaseAsync(NodeSlot slot, Node node, Node? keep)
    {
        claims.Release(slot, node, keep);
        if (node.AllocationUuid is { } allocation && keep?.AllocationUuid != allocation && AllocationReleased is { } tell) await tell(allocation);
    }
}
