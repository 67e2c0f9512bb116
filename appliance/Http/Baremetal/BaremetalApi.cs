using BootAppliance.Http.Baremetal.Chassis;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal;

/// <summary>The bare metal API of OpenStack Ironic, version 1: everything below <c>/v1</c>, and the root.</summary>
internal sealed class BaremetalApi
{
    /// <summary>What Ironic calls the process that works on nodes: there is one here.</summary>
    private static readonly string conductor = Environment.MachineName;

    private readonly ChassisRoutes chassis;
    private readonly NodeRoutes nodes;
    private readonly MaintenanceRoutes maintenance;

    public BaremetalApi(IResourceStore store, NodeRegistry registry, TimeProvider time)
    {
        var allChassis = new ResourceRegistry<ChassisResource>(store, time, "Chassis");
        var allocations = new ResourceRegistry<Allocation>(store, time, "Allocation");
        chassis = new ChassisRoutes(allChassis, registry);
        nodes = new NodeRoutes(registry, allChassis, allocations, conductor);
        maintenance = new MaintenanceRoutes(registry);
    }

    /// <summary>To be added before the routing: the API is served without <c>/v1</c> too, as Ironic's bookmark links say.</summary>
    public static Task AddVersion(HttpContext context, RequestDelegate next)
    {
        if (RootRoutes.IsResource(context.Request.Path)) context.Request.Path = "/v1" + context.Request.Path;
        return next(context);
    }

    /// <summary>Negotiates the version and words the refusals for everything that is this API's.</summary>
    public static void Use(IApplicationBuilder app) => app.UseWhen(
        context => IsOurs(context.Request.Path),
        branch =>
        {
            branch.Use(BaremetalErrors.HandleAsync);
            branch.Use(VersionNegotiation.NegotiateAsync);
        });

    /// <summary>What needs no password.</summary>
    public static void MapOpen(IEndpointRouteBuilder routes) => RootRoutes.Map(routes);

    public void Map(IEndpointRouteBuilder routes)
    {
        var v1 = new BaremetalRoutes(routes);
        chassis.Map(v1);
        nodes.Map(v1);
        maintenance.Map(v1);
    }

    private static bool IsOurs(PathString path) => path == "/" || (path.StartsWithSegments("/v1", StringComparison.Ordinal, out var rest) && !rest.StartsWithSegments("/boot", StringComparison.Ordinal));
}
