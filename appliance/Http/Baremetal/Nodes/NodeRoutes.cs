using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary><c>/v1/nodes</c>: nodes are added, seen, changed and removed.</summary>
internal sealed class NodeRoutes(NodeRegistry nodes, ResourceRegistry<ChassisResource> chassis, HardwareTypes drivers, string conductor)
{
    private const int EnrollSince = 11;
    private const int ResetInterfacesSince = 45;

    private readonly ResourceTable<Node> table = NodeFields.Table(nodes, conductor);
    private readonly NodeChanges changes = new(drivers);

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes", List);
        routes.Get("/nodes/detail", ListInDetail);
        routes.Get("/chassis/{chassis}/nodes", ListInChassis);
        routes.Post("/nodes", AddAsync);
        routes.Delete("/nodes", _ => throw BaremetalException.Bad("Missing mandatory parameter: node_ident"));
        routes.Get("/nodes/{id}", Show);
        routes.Patch("/nodes/{id}", ChangeAsync);
        routes.Delete("/nodes/{id}", RemoveAsync);
    }

    private ApiAnswer List(ApiCall call)
    {
        call.Takes([.. ListQuery.Arguments, .. NodeFilters.Arguments]);
        return List(call, "nodes", table.SelectInList(call));
    }

    private ApiAnswer ListInDetail(ApiCall call)
    {
        call.Takes(["limit", "marker", "sort_key", "sort_dir", .. NodeFilters.Arguments]);
        return List(call, "nodes/detail", table.Select(call));
    }

    private ApiAnswer ListInChassis(ApiCall call)
    {
        call.Takes([.. ListQuery.Arguments, .. NodeFilters.Arguments]);
        var housing = chassis.Get(call.Route("chassis")).Uuid;
        return List(call, $"chassis/{housing}/nodes", table.SelectInList(call), node => node.ChassisUuid == housing);
    }

    private ApiAnswer List(ApiCall call, string path, IReadOnlyList<Field<Node>> shown, Func<Node, bool>? only = null)
    {
        var query = ListQuery.Read(call);
        var items = Ordered(call, query).Where(NodeFilters.Read(call, conductor));
        if (only is not null) items = items.Where(only);
        return ApiAnswer.Long(body => query.WriteAsync(body, call, "nodes", path, items, n => n.Uuid, (w, node) => ResourceTable<Node>.Write(w, node, shown, call)));
    }

    /// <summary>What comes after the marker; where nothing is sorted, no more of it is gone through than the page has.</summary>
    private IEnumerable<Node> Ordered(ApiCall call, ListQuery query)
    {
        var marker = query.Marker is { } uuid ? nodes.FindByUuid(uuid) ?? throw BaremetalException.NotFound($"Node {uuid} could not be found.") : null;
        if (query.SortKey != "id") return query.From(nodes.InOrder(), table, n => n.Uuid);
        if (call.Uuid("instance_uuid") is { } instance) return nodes.FindByInstance(instance) is { } host ? [host] : [];
        return query.Descending ? nodes.InReverseOrder(marker?.Number ?? long.MaxValue) : nodes.InOrder(marker?.Number ?? 0);
    }

    private ApiAnswer Show(ApiCall call)
    {
        call.Takes("fields");
        return Answer(call, nodes.Get(call));
    }

    private async Task<ApiAnswer> AddAsync(ApiCall call)
    {
        var first = call.Version.Has(EnrollSince) ? ProvisionState.Enroll : ProvisionState.Available;
        var node = table.Create(new Node { ProvisionState = first, Interfaces = NodeChanges.NoInterfaces }, await call.ObjectAsync(), call.Version);
        var added = await nodes.AddAsync(changes.Complete(node));
        return Answer(call, added) with { Status = StatusCodes.Status201Created, Location = $"{call.Root}/v1/nodes/{added.Uuid}" };
    }

    private async Task<ApiAnswer> ChangeAsync(ApiCall call)
    {
        call.Takes("reset_interfaces");
        var reset = call.Flag("reset_interfaces");
        if (reset is not null) call.Needs(ResetInterfacesSince);
        var patch = JsonPatch.Read(await call.BodyAsync());
        table.Check(patch, call.Version);
        if (reset == true && !patch.Fields.Contains("driver")) throw BaremetalException.Bad("The reset_interfaces parameter can only be used when changing the node's driver.");
        var node = nodes.Get(call);
        NodeChanges.CheckState(node, call.Route("id"), patch);
        return Answer(call, await nodes.UpdateAsync(node.Uuid, before =>
        {
            NodeChanges.CheckState(before, call.Route("id"), patch);
            return changes.Complete(before, table.Patch(before, patch, call.Version), call.Version, reset == true);
        }));
    }

    private async Task<ApiAnswer> RemoveAsync(ApiCall call)
    {
        var node = nodes.Get(call);
        await nodes.RemoveAsync(node.Uuid);
        return ApiAnswer.NoContent;
    }

    private ApiAnswer Answer(ApiCall call, Node node)
    {
        var shown = table.Select(call);
        return ApiAnswer.Ok(writer => ResourceTable<Node>.Write(writer, node, shown, call));
    }
}
