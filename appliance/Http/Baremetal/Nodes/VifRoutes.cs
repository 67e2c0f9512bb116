using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary><c>/v1/nodes/…/vifs</c>: the virtual interfaces that somebody's network has for a node.</summary>
internal sealed class VifRoutes(NodeRegistry nodes)
{
    private const int Since = 28;
    private const int PlacesSince = 67;
    private const int LongestId = 255;

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes/{id}/vifs", List, Since);
        routes.Post("/nodes/{id}/vifs", AttachAsync, Since);
        routes.Delete("/nodes/{id}/vifs/{vif}", DetachAsync, Since);
    }

    private ApiAnswer List(ApiCall call)
    {
        var node = nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("vifs");
            foreach (var vif in NodeVifs.Of(node))
            {
                writer.WriteStartObject();
                writer.WriteString("id", vif);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task<ApiAnswer> AttachAsync(ApiCall call)
    {
        var node = nodes.Get(call);
        var body = await call.ObjectAsync();
        if (!body.TryGetProperty("id", out var id)) throw BaremetalException.Bad("Schema error for vif: 'id' is a required property");
        var vif = new FieldValue("vif", "id", id).RequiredText();
        if (vif.Length is 0 or > LongestId) throw BaremetalException.Bad($"Expected UUID or name for id: {vif}");
        Guid? Place(string name) => call.Version.Has(PlacesSince) && body.TryGetProperty(name, out var place) ? new FieldValue("vif", name, place).Uuid() : null;
        var (port, group) = (Place("port_uuid"), Place("portgroup_uuid"));
        if (port is not null && group is not null) throw BaremetalException.Bad("Cannot specify both port_uuid and portgroup_uuid");
        await nodes.UpdateAsync(node.Uuid, before => NodeVifs.Attach(before, vif, port ?? group));
        return ApiAnswer.NoContent;
    }

    private async Task<ApiAnswer> DetachAsync(ApiCall call)
    {
        await nodes.UpdateAsync(nodes.Get(call).Uuid, node => NodeVifs.Detach(node, call.Route("vif")));
        return ApiAnswer.NoContent;
    }
}
