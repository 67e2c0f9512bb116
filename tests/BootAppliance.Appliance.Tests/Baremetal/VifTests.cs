using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class VifTests
{
    private const string First = "88888888-8888-4888-8888-888888888888";
    private const string Second = "88888888-8888-4888-8888-888888888889";

    [Fact]
    public async Task Vif_IsAttachedToAPort_AndDetached()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with { Ports = [PortOf(1) with { PxeEnabled = false }, PortOf(2)] });
        (await rig.GetAsync("/v1/nodes/bm-01/vifs")).Text.ShouldBe("""{"vifs":[]}""");

        var attached = await AttachAsync(rig, First);

        (attached.Status, attached.Text).ShouldBe((HttpStatusCode.NoContent, ""));
        (await rig.GetAsync("/v1/nodes/bm-01/vifs")).Text.ShouldBe($$"""{"vifs":[{"id":"{{First}}"}]}""");
        rig.Nodes.FindByUuid(node.Uuid)!.Ports.Select(p => p.InternalInfo.Text("tenant_vif_port_id")).ShouldBe([null, First]);

        (await rig.DeleteAsync("/v1/nodes/bm-01/vifs/" + First)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.GetAsync("/v1/nodes/bm-01/vifs")).Text.ShouldBe("""{"vifs":[]}""");
        (await rig.DeleteAsync("/v1/nodes/bm-01/vifs/" + First)).ShouldRefuse(HttpStatusCode.BadRequest, $"Unable to detach VIF {First} from node {node.Uuid} because it is not attached to it.");
    }

    [Fact]
    public async Task Vif_IsAttachedOnce()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with { Ports = [PortOf(1), PortOf(2)] });

        await AttachAsync(rig, First);

        (await AttachAsync(rig, First)).ShouldRefuse(HttpStatusCode.Conflict, $"Unable to attach VIF because VIF {First} is already attached to Ironic port {node.Ports[0].Uuid}");
    }

    [Fact]
    public async Task Vif_NeedsAFreePort()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(ProvisionState.Available, with: n => n with { Ports = [PortOf(1)] });
        await AttachAsync(rig, First);

        (await AttachAsync(rig, Second)).ShouldRefuse(HttpStatusCode.BadRequest, $"Unable to attach VIF {Second}, not enough free physical ports.");
    }

    [Fact]
    public async Task Vif_IsAttachedToAGroup_BeforeAnyPort()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var group = new PortGroup();
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with { PortGroups = [group], Ports = [PortOf(1) with { PortGroupUuid = group.Uuid }, PortOf(2)] });

        await AttachAsync(rig, First);
        await AttachAsync(rig, Second);

        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        after.PortGroups[0].InternalInfo.Text("tenant_vif_port_id").ShouldBe(First);
        after.Ports.Select(p => p.InternalInfo.Text("tenant_vif_port_id")).ShouldBe([null, Second]);
    }

    [Fact]
    public async Task Vif_GetsThePort_ThatItsClientNames()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with { Ports = [PortOf(1), PortOf(2)] });

        await rig.AskAsync("POST", "/v1/nodes/bm-01/vifs", $$"""{"id": "{{First}}", "port_uuid": "{{node.Ports[1].Uuid}}"}""");

        rig.Nodes.FindByUuid(node.Uuid)!.Ports.Select(p => p.InternalInfo.Text("tenant_vif_port_id")).ShouldBe([null, First]);
    }

    [Theory]
    [InlineData("{}", "Schema error for vif: 'id' is a required property")]
    [InlineData("""{"id": 7}""", "Schema error for vif: 7 is not of type 'string'. Failed validating 'id'")]
    [InlineData("""{"id": "x", "port_uuid": "y"}""", "Expected UUID for port_uuid: y")]
    [InlineData("""{"id": "x", "port_uuid": "88888888-8888-4888-8888-888888888888", "portgroup_uuid": "88888888-8888-4888-8888-888888888888"}""", "Cannot specify both port_uuid and portgroup_uuid")]
    public async Task Nonsense_IsRefused(string body, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.AskAsync("POST", "/v1/nodes/bm-01/vifs", body)).ShouldRefuse(HttpStatusCode.BadRequest, fault);
    }

    [Fact]
    public async Task Vifs_AreNotThere_BeforeTheirVersion()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        (await rig.GetAsync($"/v1/nodes/{uuid}/vifs", 27)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.GetAsync($"/v1/nodes/{uuid}/vifs", 28)).Text.ShouldBe("""{"vifs":[]}""");
    }

    private static Port PortOf(byte last) => new() { Address = new MacAddress(0x5254_00AA_0000UL + last) };

    private static Task<BaremetalReply> AttachAsync(BaremetalRig rig, string vif) => rig.AskAsync("POST", "/v1/nodes/bm-01/vifs", $$"""{"id": "{{vif}}"}""");
}
