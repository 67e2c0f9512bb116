using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class NodeRemovalTests
{
    private static readonly Guid instance = Guid.Parse("77777777-7777-4777-8777-777777777777");

    [Theory]
    [InlineData(ProvisionState.Enroll)]
    [InlineData(ProvisionState.Manageable)]
    [InlineData(ProvisionState.Available)]
    public async Task Node_IsRemoved_WhileItHasNothingToLose(ProvisionState state)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(state);

        var reply = await rig.DeleteAsync("/v1/nodes/bm-01");

        (reply.Status, reply.Text).ShouldBe((HttpStatusCode.NoContent, ""));
        (await rig.DeleteAsync("/v1/nodes/bm-01")).ShouldRefuse(HttpStatusCode.NotFound, "Node bm-01 could not be found.");
    }

    [Fact]
    public async Task Node_InUse_IsRemovedInMaintenanceOnly()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active);

        (await rig.DeleteAsync("/v1/nodes/bm-01")).ShouldRefuse(HttpStatusCode.Conflict,
            $"Can not delete node \"{node.Uuid}\" while it is in provision state \"active\". Valid provision states to perform deletion are: "
            + "\"('manageable', 'enroll', 'adopt failed', 'available')\", or set the node into maintenance mode");

        await rig.AskAsync("PUT", "/v1/nodes/bm-01/maintenance", null);
        (await rig.DeleteAsync("/v1/nodes/bm-01")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Node_WithAnInstance_IsRemovedInMaintenanceOnly()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with { InstanceUuid = instance });

        (await rig.DeleteAsync("/v1/nodes/bm-01")).ShouldRefuse(HttpStatusCode.Conflict, $"Node {node.Uuid} is associated with instance {instance}.");

        await rig.AskAsync("PUT", "/v1/nodes/bm-01/maintenance", null);
        (await rig.DeleteAsync("/v1/nodes/bm-01")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Node_ThatIsProtected_Stays_AlsoInMaintenance()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active, with: n => n with { Protected = true, Maintenance = true });

        (await rig.DeleteAsync("/v1/nodes/bm-01")).ShouldRefuse(HttpStatusCode.Forbidden, $"Node {node.Uuid} is protected and cannot be undeployed, rebuilt or deleted");
    }

    [Fact]
    public async Task Node_StaysWhileOthersArePartsOfIt()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var parent = await rig.AddInAsync(ProvisionState.Enroll, "parent");
        await rig.AddAsync("child", $"\"parent_node\": \"{parent.Uuid}\"");

        (await rig.DeleteAsync("/v1/nodes/parent")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await rig.DeleteAsync("/v1/nodes/child")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.DeleteAsync("/v1/nodes/parent")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Removal_OfNoNode_IsRefusedInTheWordsOfIronic()
    {
        await using var rig = await BaremetalRig.StartAsync();

        (await rig.DeleteAsync("/v1/nodes")).ShouldRefuse(HttpStatusCode.BadRequest, "Missing mandatory parameter: node_ident");
    }
}
