using System.Collections.Immutable;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>A part of a node as clients see it: by itself, with the node's identity as a field.</summary>
internal sealed record PartOf<T>(Guid NodeUuid, T Part);

/// <summary>Resources that are parts of their node: a change of one is a change of its node.</summary>
internal abstract class PartRoutes<T>(string name, string path, string word, int since, ResourceTable<PartOf<T>> table, NodeRegistry nodes)
    : ResourceRoutes<PartOf<T>>(name, path, since, table)
    where T : class, INodePart
{
    protected NodeRegistry Nodes => nodes;

    public override void Map(BaremetalRoutes routes)
    {
        base.Map(routes);
        MapList(routes, $"/nodes/{{id}}/{Path}", SinceAtNode, [], (call, marker) => Of(nodes.Get(call), marker));
    }

    /// <summary>The first minor version that lists them below their node.</summary>
    protected virtual int SinceAtNode => Since;

    protected abstract ImmutableArray<T> PartsOf(Node node);

    /// <summary>The node with other parts of this kind.</summary>
    protected abstract Node With(Node node, ImmutableArray<T> parts);

    /// <summary>Refuses what the node cannot have.</summary>
    /// <param name="node">The node before the change.</param>
    /// <param name="before">The part before it; null for a new one.</param>
    /// <param name="after">The part after it; null for one that is removed.</param>
    protected abstract void Check(Node node, T? before, T? after);

    /// <summary>Refuses that a part goes from one node to another.</summary>
    /// <param name="from">The node that has it.</param>
    /// <param name="to">The node that is to get it.</param>
    /// <param name="before">The part at the one.</param>
    /// <param name="after">The part at the other.</param>
    protected virtual void CheckMove(Node from, Node to, T before, T after) =>
        throw BaremetalException.Bad($"{word} {before.Uuid} cannot be moved to another node: remove it, and add it there.");

    /// <summary>How a part is known by this text; null where such parts have no names.</summary>
    protected virtual PartName? Named(string text) => null;

    protected sealed override Guid IdentityOf(PartOf<T> item) => item.Part.Uuid;

    protected sealed override PartOf<T> Get(string text)
    {
        var (node, part) = Locate(text);
        return new(node.Uuid, part);
    }

    protected override IEnumerable<PartOf<T>> Select(ApiCall call, Guid? marker)
    {
        if (AskedNode(call) is { } node) return Of(node, marker);
        if (marker is not { } uuid) return nodes.InOrder().SelectMany(node => Of(node, null));
        var (last, _) = Locate(uuid.ToString());
        return Of(last, uuid).Concat(nodes.InOrder(last.Number).SelectMany(node => Of(node, null)));
    }

    /// <summary>The node whose parts a list is narrowed to; null: those of all.</summary>
    protected Node? AskedNode(ApiCall call) => (call.Query("node") ?? call.Query("node_uuid")) is { } text ? nodes.Get(text) : null;

    protected IEnumerable<PartOf<T>> Of(Node node, Guid? marker)
    {
        var parts = PartsOf(node).Select(part => new PartOf<T>(node.Uuid, part));
        return marker is { } last ? parts.SkipWhile(p => p.Part.Uuid != last).Skip(1) : parts;
    }

    protected sealed override async Task<PartOf<T>> AddAsync(PartOf<T> item)
    {
        var part = item.Part;
        if (nodes.FindByUuid(item.NodeUuid) is null) throw BaremetalException.Bad($"Node {item.NodeUuid} could not be found.");
        if (nodes.FindByPart(part.Uuid) is not null) throw BaremetalException.Conflict($"A {word.ToLowerInvariant()} with UUID {part.Uuid} already exists.");
        var node = await nodes.UpdateAsync(item.NodeUuid, before =>
        {
            Check(before, null, part);
            return With(before, PartsOf(before).Add(part));
        });
        return new(node.Uuid, PartsOf(node).First(p => p.Uuid == part.Uuid));
    }

    protected sealed override async Task<PartOf<T>> UpdateAsync(PartOf<T> item, Func<PartOf<T>, PartOf<T>> change)
    {
        var uuid = item.Part.Uuid;
        var to = change(item).NodeUuid;
        var node = to == item.NodeUuid
            ? await nodes.UpdateAsync(to, before =>
            {
                var part = Current(before, uuid);
                var after = Changed(before, part);
                Check(before, part, after);
                return With(before, PartsOf(before).Replace(part, after));
            })
            : await MoveAsync();
        return new(node.Uuid, PartsOf(node).First(p => p.Uuid == uuid));

        async Task<Node> MoveAsync()
        {
            if (nodes.FindByUuid(to) is null) throw BaremetalException.Bad($"Node {to} could not be found.");
            return await nodes.MoveAsync(item.NodeUuid, to, (giver, taker) =>
            {
                var part = Current(giver, uuid);
                var after = Changed(giver, part);
                CheckMove(giver, taker, part, after);
                return (With(giver, PartsOf(giver).Remove(part)), With(taker, PartsOf(taker).Add(after)));
            });
        }

        // The change is made anew on what there is when the node is held; where it leads cannot differ, since it says that itself.
        T Changed(Node before, T part) => change(new(before.Uuid, part)).Part;
    }

    protected sealed override Task RemoveAsync(PartOf<T> item) => nodes.UpdateAsync(item.NodeUuid, before =>
    {
        var part = Current(before, item.Part.Uuid);
        Check(before, part, null);
        return With(before, PartsOf(before).Remove(part));
    });

    private (Node Node, T Part) Locate(string text)
    {
        var isUuid = Guid.TryParse(text, out var uuid);
        var known = isUuid ? null : Named(text);
        var node = isUuid ? nodes.FindByPart(uuid) : known is { } partName ? nodes.FindByPart(partName) : null;
        var part = node is null ? null : PartsOf(node).FirstOrDefault(p => isUuid ? p.Uuid == uuid : p.Names.Contains(known!.Value));
        return part is null ? throw NotFound(text) : (node!, part);
    }

    private T Current(Node node, Guid uuid) => PartsOf(node).FirstOrDefault(p => p.Uuid == uuid) ?? throw NotFound(uuid.ToString());

    private BaremetalException NotFound(string text) => BaremetalException.NotFound($"{word} {text} could not be found.");
}
