using BootAppliance.Http.Baremetal.Chassis;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal;

/// <summary>The bare metal API of OpenStack Ironic, version 1: everything below <c>/v1</c>, and the root.</summary>
internal sealed class BaremetalApi(IResourceStore store, NodeRegistry nodes, TimeProvider time)
{
    private readonly ChassisRoutes chassis = new(new ResourceRegistry<ChassisResource>(store, time, "Chassis"), nodes);

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

    public void Map(IEndpointRouteBuilder routes)
    {
        RootRoutes.Map(routes);
        var v1 = new BaremetalRoutes(routes);
        chassis.Map(v1);
    }

    private static bool IsOurs(PathString path) => path == "/" || (path.StartsWithSegments("/v1", StringComparison.Ordinal, out var rest) && !rest.StartsWithSegments("/boot", StringComparison.Ordinal));
}
