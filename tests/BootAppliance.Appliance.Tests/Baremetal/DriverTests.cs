using System.Net;

namespace BootAppliance.Tests.Baremetal;

public sealed class DriverTests : IAsyncLifetime
{
    private BaremetalRig rig = null!;

    public async ValueTask InitializeAsync() => rig = await BaremetalRig.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Drivers_AreListedAsTheRecordingShows()
    {
        var reply = await rig.GetAsync("/v1/drivers", 78);

        reply.Texts("drivers", "name").ShouldContain("fake-hardware");
        reply.Texts("drivers", "name").ShouldContain("manual-management");
        BaremetalReply.Names(reply["drivers"][0]).ShouldBe(["name", "hosts", "links", "properties", "type"]);
        reply["drivers"][0].GetProperty("hosts")[0].GetString().ShouldBe(Environment.MachineName);
        (await rig.GetAsync("/v1/drivers?type=classic")).Texts("drivers", "name").ShouldBeEmpty();
        (await rig.GetAsync("/v1/drivers/?detail=True")).Json.GetProperty("drivers")[0].GetProperty("default_boot_interface").GetString().ShouldBe("ipxe");
        BaremetalReply.Names((await rig.GetAsync("/v1/drivers?fields=name,type"))["drivers"][0]).ShouldBe(["name", "type", "links"]);
    }

    [Theory]
    [InlineData(1, new[] { "name", "hosts", "links" })]
    [InlineData(14, new[] { "name", "hosts", "links", "properties" })]
    public async Task Driver_HasTheFieldsOfItsVersion(int version, string[] fields) =>
        BaremetalReply.Names((await rig.GetAsync("/v1/drivers/fake-hardware", version)).Json).ShouldBe(fields);

    [Theory]
    [InlineData(31, "boot", true)]
    [InlineData(32, "storage", false)]
    [InlineData(33, "storage", true)]
    [InlineData(37, "rescue", false)]
    [InlineData(39, "bios", false)]
    [InlineData(85, "firmware", false)]
    [InlineData(86, "firmware", true)]
    public async Task Interfaces_AreShown_FromTheirVersionOn(int version, string kind, bool isShown)
    {
        var names = BaremetalReply.Names((await rig.GetAsync("/v1/drivers/fake-hardware", version)).Json);

        names.Contains($"default_{kind}_interface").ShouldBe(isShown);
        names.Contains($"enabled_{kind}_interfaces").ShouldBe(isShown);
    }

    [Fact]
    public async Task Driver_SaysWhatItReads()
    {
        (await rig.GetAsync("/v1/drivers/fake-hardware/properties"))["B1"].GetString().ShouldBe("B1 description. Required.");
        BaremetalReply.Names((await rig.GetAsync("/v1/drivers/fake-hardware/raid/logical_disk_properties")).Json).ShouldBe([
            "raid_level", "size_gb", "volume_name", "is_root_volume", "share_physical_disks", "disk_type", "interface_type", "number_of_physical_disks", "controller", "physical_disks"]);
        (await rig.GetAsync("/v1/drivers/fake-hardware/vendor_passthru/methods")).Text.ShouldBe("{}");
    }

    [Theory]
    [InlineData("GET", "/v1/drivers/nosuch", 404, "Could not find the following driver(s) or hardware type(s): nosuch.")]
    [InlineData("GET", "/v1/drivers/nosuch/properties", 404, "Could not find the following driver(s) or hardware type(s): nosuch.")]
    [InlineData("GET", "/v1/drivers/manual-management/raid/logical_disk_properties", 400, "Driver manual-management does not support raid (disabled or not implemented).")]
    [InlineData("GET", "/v1/drivers?type=modern", 400, "\"type\" filter must be one of \"classic\" or \"dynamic\", if specified.")]
    [InlineData("GET", "/v1/drivers?colour=red", 400, "Unexpected arguments: colour")]
    [InlineData("POST", "/v1/drivers/fake-hardware/vendor_passthru?method=dance", 400, "No handler for method dance")]
    [InlineData("POST", "/v1/drivers/fake-hardware/vendor_passthru", 400, "Method not specified")]
    public async Task Question_IsRefused(string method, string path, int status, string fault) => (await rig.AskAsync(method, path, null)).ShouldRefuse((HttpStatusCode)status, fault);

    [Theory]
    [InlineData("/v1/drivers?type=dynamic", 29)]
    [InlineData("/v1/drivers?detail=true", 29)]
    [InlineData("/v1/drivers?fields=name", 76)]
    [InlineData("/v1/drivers/fake-hardware/raid/logical_disk_properties", 11)]
    public async Task Question_IsTooNew(string path, int version) => (await rig.GetAsync(path, version)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
}
