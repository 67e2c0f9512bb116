using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Drivers;

/// <summary><c>/v1/drivers</c>: the hardware types, their interfaces, and what they read from a node.</summary>
internal sealed class DriverRoutes(HardwareTypes types, string host)
{
    private const int DynamicSince = 30;
    private const int FieldsSince = 77;
    private const int RaidSince = 12;

    private readonly ResourceTable<HardwareType> table = new("driver", [.. Fields(host)]);

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/drivers", List);
        routes.Get("/drivers/{id}", Show);
        routes.Get("/drivers/{id}/properties", call => Texts(types.Properties(Driver(call))));
        routes.Get("/drivers/{id}/raid/logical_disk_properties", Volumes, RaidSince, StatusCodes.Status406NotAcceptable);
        routes.Get("/drivers/{id}/vendor_passthru/methods", Methods);
        routes.Post("/drivers/{id}/vendor_passthru", Refuse);
        routes.Put("/drivers/{id}/vendor_passthru", Refuse);
        routes.Delete("/drivers/{id}/vendor_passthru", Refuse);
    }

    private static IEnumerable<Field<HardwareType>> Fields(string host)
    {
        yield return Field.Text<HardwareType>("name", 1, d => d.Name) with { InList = true };
        yield return Field.Texts<HardwareType>("hosts", 1, _ => [host]) with { InList = true };
        yield return Field.Link<HardwareType>("links", 1, d => $"drivers/{d.Name}") with { InList = true };
        yield return Field.Link<HardwareType>("properties", 14, d => $"drivers/{d.Name}/properties") with { InList = true };
        yield return Field.Text<HardwareType>("type", DynamicSince, _ => "dynamic") with { InList = true };
        foreach (var kind in InterfaceKinds.All)
        {
            yield return Field.Text<HardwareType>($"default_{kind.ToApiString()}_interface", Since(kind), d => d.Defaults.Of(kind));
            yield return Field.Texts<HardwareType>($"enabled_{kind.ToApiString()}_interfaces", Since(kind), d => d.Allowed(kind));
        }
    }

    private static int Since(InterfaceKind kind) => kind switch
    {
        InterfaceKind.Storage => 33,
        InterfaceKind.Rescue => 38,
        InterfaceKind.Bios => 40,
        InterfaceKind.Firmware => 86,
        _ => DynamicSince,
    };

    private ApiAnswer List(ApiCall call)
    {
        call.Takes("type", "detail", "fields");
        var type = call.Query("type");
        var detail = call.Flag("detail");
        if (type is not null || detail is not null) call.Needs(DynamicSince);
        if (type is not (null or "classic" or "dynamic")) throw BaremetalException.Bad("\"type\" filter must be one of \"classic\" or \"dynamic\", if specified.");
        if (call.Query("fields") is not null) call.Needs(FieldsSince);
        if (detail == true && call.Query("fields") is not null) throw BaremetalException.Bad("Can't fetch a subset of fields with 'detail' set");
        var shown = table.Select(call, inList: detail != true);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("drivers");
            foreach (var driver in type == "classic" ? [] : types.All) ResourceTable<HardwareType>.Write(writer, driver, shown, call);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private ApiAnswer Show(ApiCall call)
    {
        call.Takes("fields");
        if (call.Query("fields") is not null) call.Needs(FieldsSince);
        var (driver, shown) = (Driver(call), table.Select(call));
        return ApiAnswer.Ok(writer => ResourceTable<HardwareType>.Write(writer, driver, shown, call));
    }

    private ApiAnswer Volumes(ApiCall call)
    {
        var driver = Driver(call);
        return driver.Defaults.Raid != "no-raid" ? Texts(RaidVolumes.Properties) : throw BaremetalException.Bad($"Driver {driver.Name} does not support raid (disabled or not implemented).");
    }

    private ApiAnswer Methods(ApiCall call)
    {
        Driver(call);
        return Texts(new Dictionary<string, string>());
    }

    /// <summary>The one method that drivers have here is for reading, and machines ask for it without credentials: it is among the boot routes.</summary>
    private Task<ApiAnswer> Refuse(ApiCall call)
    {
        Driver(call);
        throw BaremetalException.Bad(call.Query("method") is { Length: > 0 } method ? $"No handler for method {method}" : "Method not specified");
    }

    private HardwareType Driver(ApiCall call) => types.Get(call.Route("id"));

    private static ApiAnswer Texts(IReadOnlyDictionary<string, string> texts) => ApiAnswer.Ok(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, text) in texts) writer.WriteString(name, text);
        writer.WriteEndObject();
    });
}
