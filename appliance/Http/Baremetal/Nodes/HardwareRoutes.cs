using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>
/// What is below <c>/v1/nodes/…</c> and tells of the hardware: what inspection found, and settings, firmware, indicators, virtual media and makers' methods,
/// of which no driver here has any. Each answers as Ironic does for a driver without it.
/// </summary>
internal sealed class HardwareRoutes(NodeRegistry nodes, IInventoryStore inventories)
{
    private const int BiosSince = 40;
    private const int IndicatorsSince = 63;
    private const int InventorySince = 81;
    private const int ChildrenSince = 83;
    private const int FirmwareSince = 86;
    private const int VirtualMediaSince = 89;
    private const int ShowVirtualMediaSince = 93;

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes/{id}/inventory", Inventory, InventorySince);
        routes.Get("/nodes/{id}/children", Children, ChildrenSince);
        routes.Get("/nodes/{id}/bios", call => Nothing(call, "bios", "detail", "fields"), BiosSince);
        routes.Get("/nodes/{id}/bios/{setting}", BiosSetting, BiosSince);
        routes.Get("/nodes/{id}/firmware", call => Nothing(call, "firmware"), FirmwareSince);
        routes.Get("/nodes/{id}/management/indicators", call => Unsupported(call, "get_supported_indicators"), IndicatorsSince);
        routes.Get("/nodes/{id}/management/indicators/{component}", call => Unsupported(call, "get_supported_indicators"), IndicatorsSince);
        routes.Get("/nodes/{id}/management/indicators/{component}/{indicator}", call => Unsupported(call, "get_indicator_state"), IndicatorsSince);
        routes.Put("/nodes/{id}/management/indicators/{component}/{indicator}", call => Task.FromResult(Unsupported(call, "set_indicator_state")), IndicatorsSince);
        routes.Get("/nodes/{id}/vmedia", call => Unsupported(call, "get_virtual_media"), ShowVirtualMediaSince);
        routes.Post("/nodes/{id}/vmedia", call => Task.FromResult(Unsupported(call, "attach_virtual_media")), VirtualMediaSince);
        routes.Delete("/nodes/{id}/vmedia", call => Task.FromResult(Unsupported(call, "detach_virtual_media")), VirtualMediaSince);
        routes.Get("/nodes/{id}/vendor_passthru/methods", NoMethods);
        foreach (var path in (string[])["/nodes/{id}/vendor_passthru", "/nodes/{id}/vendor_passthru/{method}"])
        {
            routes.Get(path, VendorMethod);
            routes.Post(path, call => Task.FromResult(VendorMethod(call)));
            routes.Put(path, call => Task.FromResult(VendorMethod(call)));
            routes.Patch(path, call => Task.FromResult(VendorMethod(call)));
            routes.Delete(path, call => Task.FromResult(VendorMethod(call)));
        }
    }

    private ApiAnswer Inventory(ApiCall call)
    {
        var node = nodes.Get(call);
        var inventory = inventories.LoadInventory(node.Uuid) ?? throw BaremetalException.NotFound($"Node inventory record for node {node.Number} could not be found.");
        return ApiAnswer.Ok(writer => writer.WriteRawValue(inventory));
    }

    private ApiAnswer Children(ApiCall call)
    {
        var node = nodes.Get(call);
        var children = nodes.InOrder().Where(n => n.ParentNode == node.Uuid).Select(n => n.Uuid.ToString()).ToList();
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("children");
            children.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            writer.WriteStartObject("links");
            writer.WriteString("href", $"{call.Root}/v1/nodes?parent_node={node.Uuid}");
            writer.WriteString("rel", "children");
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private ApiAnswer Nothing(ApiCall call, string list, params ReadOnlySpan<string> arguments)
    {
        call.Takes(arguments);
        nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray(list);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private ApiAnswer BiosSetting(ApiCall call) => throw BaremetalException.NotFound($"Node {nodes.Get(call).Uuid} doesn't have a BIOS setting '{call.Route("setting")}'");

    private ApiAnswer NoMethods(ApiCall call)
    {
        nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        });
    }

    private ApiAnswer VendorMethod(ApiCall call)
    {
        nodes.Get(call);
        var method = call.Route("method") is { Length: > 0 } inPath ? inPath : call.Query("method");
        throw BaremetalException.Bad(string.IsNullOrEmpty(method) ? "Method not specified" : $"No handler for method {method}");
    }

    private ApiAnswer Unsupported(ApiCall call, string what) => throw NodeException.Unsupported(nodes.Get(call), what);
}
