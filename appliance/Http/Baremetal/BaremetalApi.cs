using BootAppliance.Http.Baremetal.Agents;
using BootAppliance.Http.Baremetal.Allocations;
using BootAppliance.Http.Baremetal.Chassis;
using BootAppliance.Http.Baremetal.Conductors;
using BootAppliance.Http.Baremetal.DeployTemplates;
using BootAppliance.Http.Baremetal.Drivers;
using BootAppliance.Http.Baremetal.Events;
using BootAppliance.Http.Baremetal.InspectionRules;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.PortGroups;
using BootAppliance.Http.Baremetal.Ports;
using BootAppliance.Http.Baremetal.Runbooks;
using BootAppliance.Http.Baremetal.Shards;
using BootAppliance.Http.Baremetal.States;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Volume;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal;

/// <summary>The bare metal API of OpenStack Ironic, version 1: everything below <c>/v1</c>, and the root.</summary>
internal sealed class BaremetalApi
{
    private readonly ChassisRoutes chassis;
    private readonly NodeRoutes nodes;
    private readonly MaintenanceRoutes maintenance;
    private readonly TraitRoutes traits;
    private readonly VifRoutes vifs;
    private readonly HistoryRoutes history;
    private readonly HardwareRoutes hardware;
    private readonly PortRoutes ports;
    private readonly PortGroupRoutes portGroups;
    private readonly AllocationRoutes allocations;
    private readonly DeployTemplateRoutes deployTemplates;
    private readonly RunbookRoutes runbooks;
    private readonly VolumeRoutes volume;
    private readonly DriverRoutes drivers;
    private readonly ConductorRoutes conductors;
    private readonly ShardRoutes shards;
    private readonly StateRoutes states;
    private readonly AgentRoutes agents;

    public BaremetalApi(IResourceStore store, IInventoryStore inventories, NodeRegistry registry, Provisioner provisioner, AgentRoutes agents, EventLog events, TimeProvider time)
    {
        var allChassis = new ResourceRegistry<ChassisResource>(store, time, "Chassis");
        var allAllocations = new ResourceRegistry<Allocation>(store, time, "Allocation");
        var allTemplates = new ResourceRegistry<DeployTemplate>(store, time, "Deploy template");
        var allRunbooks = new ResourceRegistry<Runbook>(store, time, "Runbook");
        var allocator = new Allocator(allAllocations, registry, time);
        allocator.Resume();
        provisioner.DeployTemplates = () => allTemplates.All;
        registry.HasChassis = uuid => allChassis.Find(uuid) is not null;
        chassis = new ChassisRoutes(allChassis, registry);
        nodes = new NodeRoutes(registry, allChassis, provisioner.Types, provisioner.Conductor);
        maintenance = new MaintenanceRoutes(registry);
        traits = new TraitRoutes(registry);
        vifs = new VifRoutes(registry);
        history = new HistoryRoutes(registry, events, provisioner.Conductor);
        hardware = new HardwareRoutes(registry, inventories);
        ports = new PortRoutes(registry);
        portGroups = new PortGroupRoutes(registry);
        allocations = new AllocationRoutes(allAllocations, allocator, registry);
        deployTemplates = new DeployTemplateRoutes(allTemplates);
        runbooks = new RunbookRoutes(allRunbooks);
        volume = new VolumeRoutes(registry);
        drivers = new DriverRoutes(provisioner.Types, provisioner.Conductor);
        conductors = new ConductorRoutes(provisioner.Conductor, provisioner.Types.All, time);
        shards = new ShardRoutes(registry);
        states = new StateRoutes(registry, provisioner, allRunbooks);
        this.agents = agents;
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
    public void MapOpen(IEndpointRouteBuilder routes)
    {
        RootRoutes.Map(routes);
        agents.Map(new BaremetalRoutes(routes));
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var v1 = new BaremetalRoutes(routes);
        chassis.Map(v1);
        nodes.Map(v1);
        maintenance.Map(v1);
        traits.Map(v1);
        vifs.Map(v1);
        history.Map(v1);
        hardware.Map(v1);
        ports.Map(v1);
        portGroups.Map(v1);
        allocations.Map(v1);
        deployTemplates.Map(v1);
        runbooks.Map(v1);
        volume.Map(v1);
        drivers.Map(v1);
        conductors.Map(v1);
        shards.Map(v1);
        EventRoutes.Map(v1);
        InspectionRuleRoutes.Map(v1);
        states.Map(v1);
    }

    /// <summary>In whatever case, since the routes are found so too.</summary>
    private static bool IsOurs(PathString path) =>
        path == "/" || (path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase, out var rest) && !rest.StartsWithSegments("/boot", StringComparison.OrdinalIgnoreCase));
}
