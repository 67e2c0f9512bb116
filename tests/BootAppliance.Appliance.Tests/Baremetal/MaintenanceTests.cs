using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class MaintenanceTests
{
    [Theory]
    [InlineData("""{"reason": "bad RAM"}""", "bad RAM")]
    [InlineData("""{"reason": null}""", null)]
    [InlineData("{}", null)]
    [InlineData(null, null)]
    public async Task Maintenance_BeginsWithItsReason_AndEndsWithout(string? body, string? reason)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        var begun = await rig.AskAsync("PUT", "/v1/nodes/bm-01/maintenance", body);

        (begun.Status, begun.Text, begun.Location).ShouldBe((HttpStatusCode.Accepted, "", null));
        var node = rig.Nodes.FindByUuid(uuid)!;
        (node.Maintenance, node.MaintenanceReason).ShouldBe((true, reason));
        (await rig.DeleteAsync($"/v1/nodes/{uuid}/maintenance")).Status.ShouldBe(HttpStatusCode.Accepted);
        node = rig.Nodes.FindByUuid(uuid)!;
        (node.Maintenance, node.MaintenanceReason).ShouldBe((false, null));
    }

    [Theory]
    [InlineData("""{"reason": 7}""")]
    [InlineData("""{"nonsense": "x"}""")]
    [InlineData("[]")]
    public async Task Nonsense_IsRefused(string body)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/maintenance", body)).Status.ShouldBe(HttpStatusCode.BadRequest);

        rig.Nodes.FindByUuid(uuid)!.Maintenance.ShouldBeFalse();
    }

    [Fact]
    public async Task Fault_GoesWithTheMaintenanceThatItLedTo()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active, with: n => n with { Maintenance = true, Fault = "power failure" });

        await rig.DeleteAsync("/v1/nodes/bm-01/maintenance");

        rig.Nodes.FindByUuid(node.Uuid)!.Fault.ShouldBeNull();
    }
}
