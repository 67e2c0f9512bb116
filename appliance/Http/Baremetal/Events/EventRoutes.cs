using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Events;

/// <summary><c>/v1/events</c>: where Neutron tells what became of a port. No interface here waits for it, so what it tells is checked and goes no further.</summary>
internal static class EventRoutes
{
    private static readonly string[] events = ["network.bind_port", "network.unbind_port", "network.delete_port"];
    private static readonly string[] required = ["event", "port_id", "mac_address", "status"];
    private static readonly string[] known = [.. required, "device_id", "binding:host_id", "binding:vnic_type"];

    public static void Map(BaremetalRoutes routes) => routes.Post("/events", TakeAsync, 54);

    private static async Task<ApiAnswer> TakeAsync(ApiCall call)
    {
        call.Takes();
        var body = await call.ObjectAsync();
        foreach (var member in body.EnumerateObject().Where(member => member.Name != "events")) throw Bad($"Additional properties are not allowed ('{member.Name}' was unexpected)");
        if (!body.TryGetProperty("events", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) throw Bad("'events' must be a list that is not empty");
        foreach (var element in list.EnumerateArray()) Check(element);
        return ApiAnswer.NoContent;
    }

    private static void Check(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Bad($"{element.GetRawText()} is not of type 'object'");
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name)) throw Bad($"Additional properties are not allowed ('{member.Name}' was unexpected)");
            if (member.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) throw Bad($"{member.Value.GetRawText()} is not of type 'string', 'null'");
        }

        var fields = JsonFields.From(element);
        if (required.FirstOrDefault(name => fields.Text(name) is null) is { } missing) throw Bad($"'{missing}' is a required property");
        if (!events.Contains(fields.Text("event"))) throw Bad($"'{fields.Text("event")}' is not one of ['{string.Join("', '", events)}']");
        if (!MacAddress.TryParse(fields.Text("mac_address"), out _)) throw BaremetalException.Bad($"Expected valid MAC address for mac_address: {fields.Text("mac_address")}");
        if (!Guid.TryParse(fields.Text("port_id"), out _)) throw BaremetalException.Bad($"Expected UUID for port_id: {fields.Text("port_id")}");
    }

    private static BaremetalException Bad(string why) => BaremetalException.Bad($"Schema error for event: {why}");
}
