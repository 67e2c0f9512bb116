using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class HardwareRoutesTests
{
    [Theory]
    [InlineData("bios", """{"bios":[]}""")]
    [InlineData("bios?detail=true", """{"bios":[]}""")]
    [InlineData("firmware", """{"firmware":[]}""")]
    [InlineData("vendor_passthru/methods", "{}")]
    public async Task Hardware_ThatTellsNothing_IsEmpty(string path, string expected)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        var reply = await rig.GetAsync("/v1/nodes/bm-01/" + path);

        (reply.Status, reply.Text).ShouldBe((HttpStatusCode.OK, expected));
        (await rig.GetAsync("/v1/nodes/nonesuch/" + path)).ShouldRefuse(HttpStatusCode.NotFound, "Node nonesuch could not be found.");
    }

    [Theory]
    [InlineData("GET", "management/indicators", HttpStatusCode.BadRequest, "Driver manual-management does not support get_supported_indicators (disabled or not implemented).")]
    [InlineData("GET", "management/indicators/system/led", HttpStatusCode.BadRequest, "Driver manual-management does not support get_indicator_state (disabled or not implemented).")]
    [InlineData("PUT", "management/indicators/system/led", HttpStatusCode.BadRequest, "Driver manual-management does not support set_indicator_state (disabled or not implemented).")]
    [InlineData("GET", "vmedia", HttpStatusCode.BadRequest, "Driver manual-management does not support get_virtual_media (disabled or not implemented).")]
    [InlineData("POST", "vmedia", HttpStatusCode.BadRequest, "Driver manual-management does not support attach_virtual_media (disabled or not implemented).")]
    [InlineData("DELETE", "vmedia", HttpStatusCode.BadRequest, "Driver manual-management does not support detach_virtual_media (disabled or not implemented).")]
    [InlineData("GET", "bios/BootMode", HttpStatusCode.NotFound, "Node 11111111-1111-4111-8111-111111111111 doesn't have a BIOS setting 'BootMode'")]
    [InlineData("POST", "vendor_passthru/erase_nvram", HttpStatusCode.BadRequest, "No handler for method erase_nvram")]
    [InlineData("POST", "vendor_passthru?method=erase_nvram", HttpStatusCode.BadRequest, "No handler for method erase_nvram")]
    [InlineData("GET", "vendor_passthru", HttpStatusCode.BadRequest, "Method not specified")]
    [InlineData("GET", "inventory", HttpStatusCode.NotFound, "Node inventory record for node 1 could not be found.")]
    public async Task Hardware_ThatTheDriverLacks_IsRefusedInTheWordsOfIronic(string method, string path, HttpStatusCode status, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AskAsync("POST", "/v1/nodes", """{"driver": "manual-management", "uuid": "11111111-1111-4111-8111-111111111111"}""");

        (await rig.AskAsync(method, "/v1/nodes/11111111-1111-4111-8111-111111111111/" + path, null)).ShouldRefuse(status, fault);
    }

    [Theory]
    [InlineData("bios", 39)]
    [InlineData("firmware", 85)]
    [InlineData("children", 82)]
    [InlineData("inventory", 80)]
    [InlineData("vmedia", 92)]
    [InlineData("management/indicators", 62)]
    public async Task Path_IsNotThere_BeforeItsVersion(string path, int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        (await rig.GetAsync($"/v1/nodes/{uuid}/{path}", version)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.GetAsync($"/v1/nodes/{uuid}/{path}", version + 1)).Text.ShouldNotContain("Resource could not be found.");
    }

    [Fact]
    public async Task Inventory_IsWhatInspectionFound()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        const string Found = """{"inventory": {"cpu": {"count": 4}}, "plugin_data": {}}""";
        await rig.Server.Inventories.SaveInventoryAsync(uuid, Found);

        var reply = await rig.GetAsync("/v1/nodes/bm-01/inventory", 81);

        (reply.Status, reply.Text).ShouldBe((HttpStatusCode.OK, Found));
    }

    [Fact]
    public async Task Children_AreTheNodesThatArePartsOfOne()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var parent = await rig.AddInAsync(ProvisionState.Enroll, "parent");
        var child = await rig.AddAsync("child", $"\"parent_node\": \"{parent.Uuid}\"");

        (await rig.GetAsync("/v1/nodes/parent/children")).Text.ShouldBe($$$"""{"children":["{{{child}}}"],"links":{"href":"{{{rig.Root}}}/v1/nodes?parent_node={{{parent.Uuid}}}","rel":"children"}}""");
        (await rig.GetAsync("/v1/nodes/child/children"))["children"].GetArrayLength().ShouldBe(0);
    }
}
