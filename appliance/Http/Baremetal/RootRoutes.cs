using System.Text.Json;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal;

/// <summary><c>/</c> and <c>/v1</c>: which versions there are, and where the resources are.</summary>
internal static class RootRoutes
{
    private static readonly (string Name, int Since)[] resources =
    [
        ("chassis", 1), ("nodes", 1), ("ports", 1), ("drivers", 1), ("portgroups", 23), ("lookup", 22), ("heartbeat", 22), ("volume", 32), ("conductors", 49),
        ("allocations", 52), ("events", 54), ("deploy_templates", 55), ("shards", 82), ("continue_inspection", 84), ("runbooks", 92), ("inspection_rules", 96),
    ];

    /// <summary>Whether a path begins with the name of a resource.</summary>
    public static bool IsResource(PathString path) => resources.Any(r => path.StartsWithSegments("/" + r.Name, StringComparison.Ordinal));

    public static void Map(IEndpointRouteBuilder routes, bool alone = false)
    {
        RequestDelegate root = context => Root(new ApiCall(context)).WriteAsync(context.Response);
        routes.MapMethods("/", BaremetalRoutes.Reading, alone ? BaremetalRoutes.Alone(root) : root);
        new BaremetalRoutes(routes, alone).Get("", Version1);
    }

    private static ApiAnswer Root(ApiCall call) => ApiAnswer.Ok(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", "OpenStack Ironic API");
        writer.WriteString("description", "BootAppliance, which speaks the bare metal API of OpenStack Ironic.");
        writer.WritePropertyName("default_version");
        WriteVersion(writer, call);
        writer.WriteStartArray("versions");
        WriteVersion(writer, call);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static ApiAnswer Version1(ApiCall call) => ApiAnswer.Ok(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", "v1");
        writer.WriteStartArray("links");
        WriteLink(writer, $"{call.Root}/v1/", "self");
        writer.WriteEndArray();
        writer.WriteStartObject("media_types");
        writer.WriteString("base", "application/json");
        writer.WriteString("type", "application/vnd.openstack.ironic.v1+json");
        writer.WriteEndObject();
        foreach (var (name, since) in resources)
        {
            if (!call.Version.Has(since)) continue;
            writer.WriteStartArray(name);
            WriteLink(writer, $"{call.Root}/v1/{name}/", "self");
            WriteLink(writer, $"{call.Root}/{name}/", "bookmark");
            writer.WriteEndArray();
        }

        writer.WritePropertyName("version");
        WriteVersion(writer, call);
        writer.WriteEndObject();
    });

    private static void WriteVersion(Utf8JsonWriter writer, ApiCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", "v1");
        writer.WriteStartArray("links");
        WriteLink(writer, $"{call.Root}/v1/", "self");
        writer.WriteEndArray();
        writer.WriteString("status", "CURRENT");
        writer.WriteString("min_version", ApiVersion.Minimum.ToString());
        writer.WriteString("version", ApiVersion.Maximum.ToString());
        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, string href, string relation)
    {
        writer.WriteStartObject();
        writer.WriteString("href", href);
        writer.WriteString("rel", relation);
        writer.WriteEndObject();
    }
}
