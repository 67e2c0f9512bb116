using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal.Chassis;

/// <summary><c>/v1/chassis</c>: housings that nodes are in.</summary>
internal sealed class ChassisRoutes(ResourceRegistry<ChassisResource> all, NodeRegistry nodes)
{
    private static readonly ResourceTable<ChassisResource> table = new(
        "chassis",
        Field.Uuid<ChassisResource>("uuid", 1, c => c.Uuid, (c, uuid) => c with { Uuid = uuid ?? c.Uuid }) with { InList = true, IsFixed = true },
        Field.Time<ChassisResource>("created_at", 1, c => c.CreatedAt),
        Field.Time<ChassisResource>("updated_at", 1, c => c.UpdatedAt),
        Field.Text<ChassisResource>("description", 1, c => c.Description, (c, text) => c with { Description = text }) with { InList = true },
        Field.Object<ChassisResource>("extra", 1, c => c.Extra, (c, extra) => c with { Extra = extra }),
        Field.Link<ChassisResource>("links", 1, c => $"chassis/{c.Uuid}") with { InList = true },
        Field.Link<ChassisResource>("nodes", 1, c => $"chassis/{c.Uuid}/nodes"));

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/chassis", List);
        routes.Get("/chassis/detail", ListInDetail);
        routes.Post("/chassis", AddAsync);
        routes.Get("/chassis/{id}", Show);
        routes.Patch("/chassis/{id}", ChangeAsync);
        routes.Delete("/chassis/{id}", RemoveAsync);
    }

    private ApiAnswer List(ApiCall call)
    {
        call.Takes([.. ListQuery.Arguments]);
        return List(call, table.SelectInList(call));
    }

    private ApiAnswer ListInDetail(ApiCall call)
    {
        call.Takes("limit", "marker", "sort_key", "sort_dir");
        return List(call, table.Select(call));
    }

    private ApiAnswer List(ApiCall call, IReadOnlyList<Field<ChassisResource>> shown)
    {
        var query = ListQuery.Read(call);
        var items = query.From(all.All, table, c => c.Uuid);
        return ApiAnswer.Ok(writer => query.Write(writer, call, "chassis", "chassis", items, c => c.Uuid, (w, item) => ResourceTable<ChassisResource>.Write(w, item, shown, call)));
    }

    private ApiAnswer Show(ApiCall call)
    {
        call.Takes("fields");
        return Answer(call, all.Get(call.Route("id")));
    }

    private async Task<ApiAnswer> AddAsync(ApiCall call)
    {
        var added = await all.AddAsync(table.Create(new ChassisResource(), await call.ObjectAsync(), call.Version));
        return Answer(call, added) with { Status = StatusCodes.Status201Created, Location = $"{call.Root}/v1/chassis/{added.Uuid}" };
    }

    private async Task<ApiAnswer> ChangeAsync(ApiCall call)
    {
        var patch = JsonPatch.Read(await call.BodyAsync());
        return Answer(call, await all.UpdateAsync(all.Get(call.Route("id")).Uuid, chassis => table.Patch(chassis, patch, call.Version)));
    }

    private async Task<ApiAnswer> RemoveAsync(ApiCall call)
    {
        var chassis = all.Get(call.Route("id"));
        if (nodes.All.Any(node => node.ChassisUuid == chassis.Uuid)) throw BaremetalException.Bad($"Chassis {chassis.Uuid} is not empty, nodes are in it");
        await all.RemoveAsync(chassis.Uuid);
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer Answer(ApiCall call, ChassisResource chassis)
    {
        var shown = table.Select(call);
        return ApiAnswer.Ok(writer => ResourceTable<ChassisResource>.Write(writer, chassis, shown, call));
    }
}
