using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class VolumeTests : IAsyncLifetime
{
    private BaremetalRig rig = null!;
    private Node node = null!;

    public async ValueTask InitializeAsync()
    {
        rig = await BaremetalRig.StartAsync();
        node = await rig.Server.Nodes.AddAsync(new Node { Name = "bm-01" });
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Connector_IsOneOfItsType()
    {
        var body = $$"""{"node_uuid": "{{node.Uuid}}", "type": "iqn", "connector_id": "iqn.2010-10.org.example:1"}""";
        var connector = await rig.PostAsync("/v1/volume/connectors", body);

        BaremetalReply.Names(connector).ShouldBe(["uuid", "created_at", "updated_at", "connector_id", "extra", "type", "node_uuid", "links"]);
        (await rig.AskAsync("POST", "/v1/volume/connectors", body)).ShouldRefuse(HttpStatusCode.Conflict,
            "A volume connector with type iqn and connector ID iqn.2010-10.org.example:1 already exists.");
        (await rig.GetAsync("/v1/nodes/bm-01/volume/connectors")).Texts("connectors", "type").ShouldBe(["iqn"]);
        (await rig.GetAsync("/v1/volume/connectors?node=bm-01&fields=uuid")).Texts("connectors", "uuid").ShouldBe([connector.GetProperty("uuid").GetString()]);
    }

    [Fact]
    public async Task Target_KeepsItsSecret()
    {
        var target = await rig.PostAsync("/v1/volume/targets", Target(0));
        target.GetProperty("properties").GetProperty("auth_password").GetString().ShouldBe("******");
        target.GetProperty("properties").GetProperty("target_lun").GetInt32().ShouldBe(1);
        var path = $"/v1/volume/targets/{target.GetProperty("uuid").GetString()}";

        (await rig.AskAsync("PATCH", path, """[{"op": "replace", "path": "/properties/target_lun", "value": 2}, {"op": "add", "path": "/properties/auth_password", "value": "******"}]""")).Status.ShouldBe(HttpStatusCode.OK);

        var stored = rig.Server.Nodes.FindByUuid(node.Uuid)!.VolumeTargets[0].Properties;
        stored.Text("auth_password").ShouldBe("hidden");
        stored.ToElement().GetProperty("target_lun").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Target_HasItsPlace()
    {
        await rig.PostAsync("/v1/volume/targets", Target(0));
        await rig.PostAsync("/v1/volume/targets", Target(1));

        (await rig.AskAsync("POST", "/v1/volume/targets", Target(1))).ShouldRefuse(HttpStatusCode.Conflict, "A volume target with boot index '1' for the same node already exists.");
        (await rig.AskAsync("POST", "/v1/volume/targets", Target(2).Replace("2", "\"first\"", StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Volumes_OfARunningMachine_AreNotChanged()
    {
        var target = await rig.PostAsync("/v1/volume/targets", Target(0));
        var path = $"/v1/volume/targets/{target.GetProperty("uuid").GetString()}";
        await rig.Server.Nodes.UpdateAsync(node.Uuid, n => n with { PowerState = PowerState.On });

        (await rig.DeleteAsync(path)).ShouldRefuse(HttpStatusCode.BadRequest,
            $"The requested action \"volume target deletion\" can not be performed on node \"{node.Uuid}\" while it is in state \"power on\".");
        await rig.Server.Nodes.UpdateAsync(node.Uuid, n => n with { PowerState = PowerState.Off });
        (await rig.DeleteAsync(path)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Volume_IsFoundFromItsVersionOn()
    {
        (await rig.GetAsync("/v1/volume", 31)).Status.ShouldBe(HttpStatusCode.NotFound);
        BaremetalReply.Names((await rig.GetAsync("/v1/volume", 32)).Json).ShouldBe(["links", "connectors", "targets"]);
        (await rig.GetAsync("/v1/nodes/bm-01/volume", 32)).Json.GetProperty("targets")[0].GetProperty("href").GetString().ShouldBe($"{rig.Server.Root}v1/nodes/{node.Uuid}/volume/targets");
        (await rig.GetAsync("/v1/nodes/nobody/volume")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private string Target(int index) => $$$"""
        {"node_uuid": "{{{node.Uuid}}}", "volume_type": "iscsi", "volume_id": "v", "boot_index": {{{index}}}, "properties": {"auth_password": "hidden", "target_lun": 1}}
        """;
}
