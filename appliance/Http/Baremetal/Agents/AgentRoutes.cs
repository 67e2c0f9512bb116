using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary>What the agent ramdisk asks of the API; machines have no password, so these routes are open to their subnets on both planes.</summary>
internal sealed class AgentRoutes(NodeRegistry nodes, Provisioner provisioner, IInventoryStore inventories, AgentOrigin origin, BootTimeline timeline, TimeProvider time)
{
    private const int Since = 22;

    private readonly AgentLookup lookup = new(nodes, origin, timeline);
    private readonly AgentHeartbeat heartbeat = new(nodes, origin, timeline, time);
    private readonly AgentInspection inspection = new(nodes, provisioner, inventories, origin, timeline, time);

    public void Map(BaremetalRoutes routes)
    {
        routes.GetOnce("/lookup", lookup.AnswerAsync, Since);
        routes.Post("/heartbeat/{id}", heartbeat.AnswerAsync, Since);
        // Ironic has it since 1.84, and the agent asks without a version.
        routes.Post("/continue_inspection", inspection.AnswerAsync);
    }

    /// <summary>The same where nothing else of the API is: with the root, which tells the agent the versions.</summary>
    public void MapAlone(IEndpointRouteBuilder routes)
    {
        RootRoutes.Map(routes, alone: true);
        Map(new BaremetalRoutes(routes, alone: true));
    }
}
