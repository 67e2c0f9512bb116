using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary><c>/v1/nodes/…/maintenance</c>: an operator keeps a node from being worked on, and gives it back.</summary>
internal sealed class MaintenanceRoutes(NodeRegistry nodes)
{
    public void Map(BaremetalRoutes routes)
    {
        routes.Put("/nodes/{id}/maintenance", BeginAsync);
        routes.Delete("/nodes/{id}/maintenance", EndAsync);
    }

    private async Task<ApiAnswer> BeginAsync(ApiCall call)
    {
        var reason = await ReasonAsync(call);
        await nodes.UpdateAsync(nodes.Get(call).Uuid, node => node with { Maintenance = true, MaintenanceReason = reason });
        return ApiAnswer.Accepted;
    }

    private async Task<ApiAnswer> EndAsync(ApiCall call)
    {
        await nodes.UpdateAsync(nodes.Get(call).Uuid, node => node with { Maintenance = false, MaintenanceReason = null, Fault = null });
        return ApiAnswer.Accepted;
    }

    private static async Task<string?> ReasonAsync(ApiCall call)
    {
        call.Takes("reason");
        string? reason = call.Query("reason");
        foreach (var member in (await call.ObjectAsync()).EnumerateObject())
        {
            if (member.Name != "reason") throw BaremetalException.Bad($"Unexpected arguments: {member.Name}");
            reason = new FieldValue("maintenance", member.Name, member.Value).Text();
        }

        return reason;
    }
}
