using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class NodeCreationTests
{
    [Theory]
    [InlineData(1, ProvisionState.Available)]
    [InlineData(10, ProvisionState.Available)]
    [InlineData(11, ProvisionState.Enroll)]
    public async Task NewNode_BeginsWhereItsVersionHasIt(int version, ProvisionState state)
    {
        await using var rig = await BaremetalRig.StartAsync();

        var reply = await rig.AskAsync("POST", "/v1/nodes", """{"driver": "fake-hardware"}""", version);

        rig.Nodes.FindByUuid(reply["uuid"].GetGuid())!.ProvisionState.ShouldBe(state);
    }

    [Fact]
    public async Task NewNode_HasTheInterfacesOfItsDriver()
    {
        await using var rig = await BaremetalRig.StartAsync();

        var reply = await rig.AskAsync("POST", "/v1/nodes", """{"driver": "manual-management", "boot_interface": "http", "power_interface": null}""");

        reply.Json.EnumerateObject().Where(m => m.Name.EndsWith("_interface", StringComparison.Ordinal)).Select(m => $"{m.Name[..^10]} {m.Value}").ShouldBe(
            ["bios no-bios", "boot http", "console no-console", "deploy ramdisk", "firmware no-firmware", "inspect agent", "management noop", "network noop", "power noop", "raid no-raid", "rescue no-rescue", "storage noop", "vendor no-vendor"]);
    }

    [Theory]
    [InlineData("""{"driver": "nosuch", "name": "bm-05"}""", HttpStatusCode.BadRequest, "No valid host was found. Reason: No conductor service registered which supports driver nosuch for conductor group \"\".")]
    [InlineData("""{"driver": "fake-hardware", "name": "bad name!"}""", HttpStatusCode.BadRequest, "Cannot create node with invalid name 'bad name!'")]
    [InlineData("""{"driver": "fake-hardware", "name": "88888888-8888-4888-8888-888888888888"}""", HttpStatusCode.BadRequest, "Cannot create node with invalid name '88888888-8888-4888-8888-888888888888'")]
    [InlineData("""{"driver": "fake-hardware", "name": "detail"}""", HttpStatusCode.BadRequest, "The word \"detail\" is reserved and can not be used as a node name. Reserved words are: maintenance, management, states, vendor_passthru, detail, validate.")]
    [InlineData("""{"driver": "fake-hardware", "name": "bm-01"}""", HttpStatusCode.Conflict, "A node with name bm-01 already exists.")]
    [InlineData("""{"driver": "fake-hardware", "uuid": "11111111-1111-4111-8111-111111111111"}""", HttpStatusCode.Conflict, "A node with UUID 11111111-1111-4111-8111-111111111111 already exists.")]
    [InlineData("""{"driver": "fake-hardware", "boot_interface": "nosuch"}""", HttpStatusCode.BadRequest, "Could not find the following interface in the 'ironic.hardware.interfaces.boot' entrypoint: nosuch. Valid interfaces are ['fake', 'http', 'http-ipxe', 'ipxe'].")]
    [InlineData("""{"driver": "manual-management", "boot_interface": "fake"}""", HttpStatusCode.BadRequest, "boot interface implementation 'fake' is not supported by hardware type manual-management.")]
    [InlineData("""{"driver": "fake-hardware", "chassis_uuid": "99999999-9999-4999-8999-999999999999"}""", HttpStatusCode.BadRequest, "Chassis 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("""{"driver": "fake-hardware", "parent_node": "99999999-9999-4999-8999-999999999999"}""", HttpStatusCode.BadRequest, "Node 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("""{"name": "bm-05"}""", HttpStatusCode.BadRequest, "Schema error for node: 'driver' is a required property")]
    [InlineData("""{"driver": "fake-hardware", "nonsense": 1}""", HttpStatusCode.BadRequest, "Schema error for node: Additional properties are not allowed ('nonsense' was unexpected)")]
    [InlineData("""{"driver": "fake-hardware", "provision_state": "active"}""", HttpStatusCode.BadRequest, "Schema error for node: Additional properties are not allowed ('provision_state' was unexpected)")]
    [InlineData("""{"driver": "fake-hardware", "protected": true}""", HttpStatusCode.BadRequest, "Schema error for node: Additional properties are not allowed ('protected' was unexpected)")]
    [InlineData("""{"driver": 7}""", HttpStatusCode.BadRequest, "Schema error for node: 7 is not of type 'string'. Failed validating 'driver'")]
    [InlineData("""{"driver": "fake-hardware", "extra": []}""", HttpStatusCode.BadRequest, "Schema error for node: [] is not of type 'object', 'null'. Failed validating 'extra'")]
    [InlineData("""{"driver": "fake-hardware", "instance_uuid": "x"}""", HttpStatusCode.BadRequest, "Expected UUID for instance_uuid: x")]
    [InlineData("[]", HttpStatusCode.BadRequest, "The body must be a JSON object.")]
    public async Task NewNode_IsRefused_InTheWordsOfIronic(string body, HttpStatusCode status, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01", """ "uuid": "11111111-1111-4111-8111-111111111111" """);

        (await rig.AskAsync("POST", "/v1/nodes", body)).ShouldRefuse(status, fault);

        rig.Nodes.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("resource_class", "\"x\"", 20, HttpStatusCode.NotAcceptable)]
    [InlineData("resource_class", "null", 20, HttpStatusCode.Created)]
    [InlineData("name", "\"x\"", 4, HttpStatusCode.NotAcceptable)]
    [InlineData("name", "null", 4, HttpStatusCode.Created)]
    [InlineData("disable_power_off", "true", 88, HttpStatusCode.NotAcceptable)]
    [InlineData("disable_power_off", "true", 89, HttpStatusCode.Created)]
    public async Task Field_IsTaken_FromItsVersionOn(string field, string value, int version, HttpStatusCode status)
    {
        await using var rig = await BaremetalRig.StartAsync();

        (await rig.AskAsync("POST", "/v1/nodes", $$"""{"driver": "fake-hardware", "{{field}}": {{value}}}""", version)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task DisablePowerOff_IsKept_FromMetal3()
    {
        await using var rig = await BaremetalRig.StartAsync();

        var uuid = await rig.AddAsync("bm-01", """ "disable_power_off": true """, version: 89);

        rig.Nodes.FindByUuid(uuid)!.DisablePowerOff.ShouldBeTrue();
    }

    [Fact]
    public async Task Chassis_OfANewNode_MustBeThere()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var chassis = (await rig.AskAsync("POST", "/v1/chassis", """{"description": "c1"}"""))["uuid"].GetString();

        var uuid = await rig.AddAsync("bm-01", $"\"chassis_uuid\": \"{chassis}\"");

        (await rig.GetAsync($"/v1/nodes/{uuid}"))["chassis_uuid"].GetString().ShouldBe(chassis);
        (await rig.DeleteAsync($"/v1/chassis/{chassis}")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"driver\": \"fake-hardware\", \"driver\": \"fake-hardware\"}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"extra\": {\"a\": 1, \"a\": 2}}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"extra\": {\"a\": \"\\ud800\"}}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"extra\": {\"\\udfff\": 1}}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"name\": \"\\u0000\"}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"owner\": {}}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"maintenance\": \"maybe\"}")]
    [InlineData("{\"driver\": \"fake-hardware\", \"maintenance\": 1e999}")]
    public async Task Nonsense_IsRefused_AsTheClientsFault(string body)
    {
        await using var rig = await BaremetalRig.StartAsync();

        var reply = await rig.AskAsync("POST", "/v1/nodes", body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Text);
        reply.Fault.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Nesting_HasAnEnd()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 28)) + "1" + new string('}', 28);
        var path = "/extra" + string.Concat(Enumerable.Repeat("/a", 27));

        (await rig.AskAsync("POST", "/v1/nodes", """{"driver": "fake-hardware", "extra": """ + new string('[', 1000))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "add", "path": "/extra", "value": {{deep}}}]""")).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "add", "path": "{{path}}", "value": {{deep}}}]""")).ShouldRefuse(HttpStatusCode.BadRequest, "Couldn't apply patch: extra would be nested deeper than 32 levels");
        (await rig.GetAsync("/v1/nodes/bm-01"))["extra"].GetRawText().ShouldBe(deep);
    }
}
