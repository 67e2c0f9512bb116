using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Volume;

/// <summary><c>/v1/volume</c>, and the same below a node: where connectors and targets are.</summary>
internal sealed class VolumeRoutes(NodeRegistry nodes)
{
    private readonly VolumeConnectorRoutes connectors = new(nodes);
    private readonly VolumeTargetRoutes targets = new(nodes);

    public void Map(BaremetalRoutes routes)
    {
        connectors.Map(routes);
        targets.Map(routes);
        routes.Get("/volume", call => Index(call, "volume"), 32);
        routes.Get("/nodes/{id}/volume", call => Index(call, $"nodes/{nodes.Get(call).Uuid}/volume"), 32);
    }

    private static ApiAnswer Index(ApiCall call, string path)
    {
        call.Takes();
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, below) in new[] { ("links", ""), ("connectors", "/connectors"), ("targets", "/targets") })
            {
                writer.WritePropertyName(name);
                Links.Write(writer, call, path + below);
            }

            writer.WriteEndObject();
        });
    }
}
