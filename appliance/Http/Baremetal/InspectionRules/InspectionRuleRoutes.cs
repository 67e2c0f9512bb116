using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.InspectionRules;

/// <summary><c>/v1/inspection_rules</c>: there are none, and none can be added.</summary>
internal static class InspectionRuleRoutes
{
    private const int Since = 96;

    public static void Map(BaremetalRoutes routes)
    {
        routes.Get("/inspection_rules", List, Since);
        routes.Post("/inspection_rules", Refuse, Since, StatusCodes.Status405MethodNotAllowed);
        routes.Delete("/inspection_rules", _ => Task.FromResult(ApiAnswer.NoContent), Since, StatusCodes.Status405MethodNotAllowed);
        routes.Get("/inspection_rules/{id}", NotFound, Since);
        routes.Patch("/inspection_rules/{id}", NotFound, Since, StatusCodes.Status405MethodNotAllowed);
        routes.Delete("/inspection_rules/{id}", NotFound, Since, StatusCodes.Status405MethodNotAllowed);
    }

    private static ApiAnswer List(ApiCall call)
    {
        call.Takes("limit", "marker", "sort_key", "sort_dir", "fields", "detail");
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("inspection_rules");
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Task<ApiAnswer> NotFound(ApiCall call) => throw BaremetalException.NotFound($"Inspection rule {call.Route("id")} could not be found.");

    private static Task<ApiAnswer> Refuse(ApiCall call) => throw BaremetalException.Bad("This appliance has no inspection rules: what an inspection finds is stored as it is.");
}
