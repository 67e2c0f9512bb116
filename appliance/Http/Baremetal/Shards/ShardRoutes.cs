using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Shards;

/// <summary><c>/v1/shards</c>: how many nodes each of the operator's divisions has.</summary>
internal sealed class ShardRoutes(NodeRegistry nodes)
{
    public void Map(BaremetalRoutes routes) => routes.Get("/shards", List, 82);

    private ApiAnswer List(ApiCall call)
    {
        call.Takes();

        // Nodes without a shard are counted under the word that Ironic's language has for nothing.
        var shards = nodes.All.CountBy(node => node.Shard ?? "None").OrderBy(shard => shard.Key, StringComparer.Ordinal).ToList();
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("shards");
            foreach (var (name, count) in shards)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteNumber("count", count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
