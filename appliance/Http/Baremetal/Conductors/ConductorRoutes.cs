using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Conductors;

/// <summary>A process that works on nodes.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Started">When it started.</param>
/// <param name="Seen">When it was last known to live.</param>
/// <param name="Drivers">The hardware types that it can drive.</param>
internal sealed record Conductor(string Host, DateTimeOffset Started, DateTimeOffset Seen, IReadOnlyList<HardwareType> Drivers);

/// <summary><c>/v1/conductors</c>: the appliance is the only one.</summary>
internal sealed class ConductorRoutes(string host, IReadOnlyList<HardwareType> drivers, TimeProvider time)
{
    private static readonly ResourceTable<Conductor> table = new(
        "conductor",
        Field.Time<Conductor>("created_at", 49, c => c.Started),
        Field.Time<Conductor>("updated_at", 49, c => c.Seen),
        Field.Text<Conductor>("hostname", 49, c => c.Host) with { InList = true },
        Field.Text<Conductor>("conductor_group", 49, _ => "") with { InList = true },
        Field.Texts<Conductor>("drivers", 49, c => c.Drivers.Select(type => type.Name)),
        Field.Link<Conductor>("links", 49, c => $"conductors/{c.Host}") with { InList = true },
        Field.Flag<Conductor>("alive", 49, _ => true) with { InList = true });

    private readonly DateTimeOffset started = time.GetUtcNow();

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/conductors", List, 49);
        routes.Get("/conductors/{id}", Show, 49);
    }

    private ApiAnswer List(ApiCall call)
    {
        call.Takes([.. ListQuery.Arguments]);
        if (call.Query("marker") is { } marker) CheckIsThis(marker);
        var shown = table.SelectInList(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("conductors");
            if (call.Query("marker") is null) ResourceTable<Conductor>.Write(writer, This(), shown, call);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private ApiAnswer Show(ApiCall call)
    {
        call.Takes("fields");
        CheckIsThis(call.Route("id"));
        var shown = table.Select(call);
        return ApiAnswer.Ok(writer => ResourceTable<Conductor>.Write(writer, This(), shown, call));
    }

    private Conductor This() => new(host, started, time.GetUtcNow(), drivers);

    private void CheckIsThis(string name)
    {
        if (name != host) throw BaremetalException.NotFound($"Conductor {name} could not be found.");
    }
}
