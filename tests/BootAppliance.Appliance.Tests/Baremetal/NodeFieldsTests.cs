using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class NodeFieldsTests
{
    /// <summary>Every field that Ironic 29.0 answers at 1.96, with the version that it came with.</summary>
    private static readonly (string Name, int Since)[] fields =
    [
        ("uuid", 1), ("created_at", 1), ("updated_at", 1), ("automated_clean", 47), ("bios_interface", 40), ("boot_interface", 31), ("boot_mode", 75), ("clean_step", 7), ("conductor_group", 46),
        ("console_enabled", 1), ("console_interface", 31), ("disable_power_off", 95), ("deploy_interface", 31), ("deploy_step", 44), ("description", 51), ("driver", 1), ("driver_info", 1),
        ("driver_internal_info", 3), ("extra", 1), ("fault", 42), ("firmware_interface", 86), ("inspection_finished_at", 6), ("inspection_started_at", 6), ("inspect_interface", 31),
        ("instance_info", 1), ("instance_uuid", 1), ("last_error", 1), ("lessee", 65), ("maintenance", 1), ("maintenance_reason", 1), ("management_interface", 31), ("name", 5),
        ("network_data", 66), ("network_interface", 20), ("owner", 50), ("parent_node", 83), ("power_interface", 31), ("power_state", 1), ("properties", 1), ("protected", 48),
        ("protected_reason", 48), ("provision_state", 1), ("provision_updated_at", 1), ("raid_config", 12), ("raid_interface", 31), ("rescue_interface", 38), ("reservation", 1),
        ("resource_class", 21), ("retired", 61), ("retired_reason", 61), ("secure_boot", 75), ("service_step", 87), ("shard", 82), ("storage_interface", 33), ("target_power_state", 1),
        ("target_provision_state", 1), ("target_raid_config", 12), ("traits", 37), ("vendor_interface", 31), ("links", 1), ("conductor", 49), ("allocation_uuid", 52), ("chassis_uuid", 1),
        ("ports", 1), ("states", 14), ("portgroups", 24), ("volume", 32),
    ];

    [Theory]
    [InlineData(96)]
    [InlineData(82)]
    [InlineData(46)]
    [InlineData(5)]
    [InlineData(1)]
    public async Task Node_HasTheFieldsOfTheVersion(int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        var shown = (await rig.GetAsync($"/v1/nodes/{uuid}", version)).Json;

        shown.EnumerateObject().Select(member => member.Name).ShouldBe(fields.Where(f => f.Since <= version).Select(f => f.Name));
    }

    [Fact]
    public async Task NewNode_IsShownAsIronicShowsOne()
    {
        await using var rig = await BaremetalRig.StartAsync();

        var reply = await rig.AskAsync("POST", "/v1/nodes", """
            {"uuid": "11111111-1111-4111-8111-111111111111", "driver": "fake-hardware", "name": "bm-01", "boot_interface": "ipxe", "resource_class": "baremetal", "extra": {"rack": "r1"},
             "driver_info": {"ipmi_address": "192.0.2.11", "ipmi_password": "secret"}, "properties": {"cpus": 4, "capabilities": "boot_mode:uefi"}}
            """, version: 78);

        reply.Status.ShouldBe(HttpStatusCode.Created);
        reply.Location.ShouldBe($"{rig.Root}/v1/nodes/11111111-1111-4111-8111-111111111111");
        var self = $"{rig.Root}/v1/nodes/11111111-1111-4111-8111-111111111111";
        var bookmark = $"{rig.Root}/nodes/11111111-1111-4111-8111-111111111111";
        string Links(string path) => $$"""[{"href": "{{self}}{{path}}", "rel": "self"}, {"href": "{{bookmark}}{{path}}", "rel": "bookmark"}]""";
        var expected = $$$"""
            {"uuid": "11111111-1111-4111-8111-111111111111", "created_at": "2030-01-01T00:00:00+00:00", "updated_at": null, "automated_clean": null, "bios_interface": "fake", "boot_interface": "ipxe",
             "boot_mode": null, "clean_step": {}, "conductor_group": "", "console_enabled": false, "console_interface": "fake", "deploy_interface": "ramdisk", "deploy_step": {}, "description": null,
             "driver": "fake-hardware", "driver_info": {"ipmi_address": "192.0.2.11", "ipmi_password": "******"}, "driver_internal_info": {}, "extra": {"rack": "r1"}, "fault": null,
             "inspection_finished_at": null, "inspection_started_at": null, "inspect_interface": "fake", "instance_info": {}, "instance_uuid": null, "last_error": null, "lessee": null,
             "maintenance": false, "maintenance_reason": null, "management_interface": "fake", "name": "bm-01", "network_data": {}, "network_interface": "noop", "owner": null,
             "power_interface": "fake", "power_state": null, "properties": {"cpus": 4, "capabilities": "boot_mode:uefi"}, "protected": false, "protected_reason": null, "provision_state": "enroll",
             "provision_updated_at": null, "raid_config": {}, "raid_interface": "fake", "rescue_interface": "fake", "reservation": null, "resource_class": "baremetal", "retired": false,
             "retired_reason": null, "secure_boot": null, "storage_interface": "noop", "target_power_state": null, "target_provision_state": null, "target_raid_config": {}, "traits": [],
             "vendor_interface": "fake", "links": {{{Links("")}}}, "conductor": "{{{Environment.MachineName}}}", "allocation_uuid": null, "chassis_uuid": null, "ports": {{{Links("/ports")}}},
             "states": {{{Links("/states")}}}, "portgroups": {{{Links("/portgroups")}}}, "volume": {{{Links("/volume")}}}}
            """;
        JsonElement.DeepEquals(reply.Json, JsonElement.Parse(expected)).ShouldBeTrue(reply.Text);
        (await rig.GetAsync("/v1/nodes/bm-01", 78)).Text.ShouldBe(reply.Text);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "available")]
    [InlineData(96, "available")]
    public async Task Available_IsNothing_ToClientsThatDoNotKnowIt(int version, string? word)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Available);

        (await rig.GetAsync($"/v1/nodes/{node.Uuid}", version))["provision_state"].GetString().ShouldBe(word);
    }

    [Fact]
    public async Task Secrets_AreNeverReadBack()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(ProvisionState.Active, with: node => node with
        {
            DriverInfo = JsonFields.Parse("""{"redfish_password": "hunter2", "snmp_priv_key": "hunter2", "snmp_auth_key": "hunter2", "ipmi_hex_kg_key": "hunter2", "nested": [{"bmc_Password": "hunter2", "user": "me"}]}"""),
            InstanceInfo = JsonFields.Parse("""{"configdrive": {"user_data": "hunter2"}, "rescue_password": "hunter2", "image_url": "http://192.0.2.9/o?temp_url_sig=hunter2", "kernel": "vmlinuz"}"""),
            DriverInternalInfo = JsonFields.Parse("""{"agent_secret_token": "hunter2", "agent_secret_token_pregenerated": true, "agent_url": "https://192.0.2.50:9999"}"""),
        });

        var reply = await rig.GetAsync("/v1/nodes/detail");

        reply.Text.ShouldNotContain("hunter2");
        var node = reply["nodes"][0];
        node.GetProperty("driver_info").GetRawText().ShouldBe("""{"redfish_password":"******","snmp_priv_key":"******","snmp_auth_key":"******","ipmi_hex_kg_key":"******","nested":[{"bmc_Password":"******","user":"me"}]}""");
        node.GetProperty("instance_info").GetRawText().ShouldBe("""{"configdrive":"******","rescue_password":"******","image_url":"******","kernel":"vmlinuz"}""");
        node.GetProperty("driver_internal_info").GetRawText().ShouldBe("""{"agent_secret_token":"******","agent_secret_token_pregenerated":true,"agent_url":"https://192.0.2.50:9999"}""");
    }

    [Theory]
    [InlineData("""[{"op": "add", "path": "/driver_info/redfish_password", "value": "******"}]""", "hunter2")]
    [InlineData("""[{"op": "replace", "path": "/driver_info", "value": {"redfish_password": "******", "other": 1}}]""", "hunter2")]
    [InlineData("""[{"op": "add", "path": "/driver_info/other", "value": 1}]""", "hunter2")]
    [InlineData("""[{"op": "add", "path": "/driver_info/redfish_password", "value": "new"}]""", "new")]
    public async Task Secret_IsKept_WhereAPatchWritesItsMask(string patch, string expected)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01", """ "driver_info": {"redfish_password": "hunter2"} """);

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", patch)).Status.ShouldBe(HttpStatusCode.OK);

        rig.Nodes.FindByUuid(uuid)!.DriverInfo.Text("redfish_password").ShouldBe(expected);
    }

    private const string Accounts = """[{"user": "a", "password": "secret-a"}, {"user": "b", "password": "secret-b"}]""";

    [Theory]
    [InlineData("""[{"user":"a","password":"******"},{"user":"b","password":"******"}]""", "a:secret-a b:secret-b")]
    [InlineData("""[{"user":"c","password":"******"},{"user":"b","password":"******"}]""", "c:secret-a b:secret-b")]
    [InlineData("""[{"user":"b","password":"******"}]""", "b:secret-b")]
    [InlineData("""[{"user":"b","password":"******"},{"user":"a","password":"******"}]""", "b:secret-b a:secret-a")]
    [InlineData("""[{"user":"new","password":"x"},{"user":"a","password":"******"},{"user":"b","password":"******"}]""", "new:x a:secret-a b:secret-b")]
    [InlineData("""[{"user":"a","password":"new"},{"user":"b","password":"******"}]""", "a:new b:secret-b")]
    public async Task SecretInAList_IsKept_WhereAPatchWritesItsMask(string accounts, string expected)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01", $$""" "driver_info": {"bmc": {"accounts": {{Accounts}} } } """);

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "replace", "path": "/driver_info", "value": {"bmc": {"accounts": {{accounts}} } } }]""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        reply.Text.ShouldNotContain("secret-");
        var kept = rig.Nodes.FindByUuid(uuid)!.DriverInfo.ToElement().GetProperty("bmc").GetProperty("accounts").EnumerateArray();
        string.Join(' ', kept.Select(account => $"{account.GetProperty("user")}:{account.GetProperty("password")}")).ShouldBe(expected);
    }

    [Fact]
    public async Task SecretInAList_IsAskedFor_WhereNobodyCanSayWhichOneTheMaskIs()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01", $$""" "driver_info": {"accounts": {{Accounts}} } """);

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "replace", "path": "/driver_info/accounts", "value": [{"user": "c", "password": "******"}]}]""");

        reply.ShouldRefuse(HttpStatusCode.BadRequest, "A list was made longer or shorter and one of its items with a masked secret was changed: write the secret itself there");
        rig.Nodes.FindByUuid(uuid)!.DriverInfo.ToElement().GetProperty("accounts").GetRawText().ShouldBe(Accounts);
    }

    [Fact]
    public async Task Reservation_SaysWhoHasTheNode()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        using (await rig.Nodes.HoldAsync(uuid, "conductor-1", TestContext.Current.CancellationToken))
            (await rig.GetAsync("/v1/nodes/bm-01"))["reservation"].GetString().ShouldBe("conductor-1");
        (await rig.GetAsync("/v1/nodes/bm-01"))["reservation"].ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("/v1/nodes/bm-01?fields=uuid,name,power_state")]
    [InlineData("/v1/nodes/bm-01/?fields=power_state,name,uuid")]
    [InlineData("/nodes/bm-01?fields=uuid&fields=name,power_state")]
    public async Task Fields_AreThoseThatAreAskedFor_AndTheLinks(string path)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.GetAsync(path)).Json.EnumerateObject().Select(m => m.Name).Order().ShouldBe(["links", "name", "power_state", "uuid"]);
    }

    [Theory]
    [InlineData("fields=nonsense", 96, HttpStatusCode.BadRequest)]
    [InlineData("fields=shard", 81, HttpStatusCode.NotAcceptable)]
    [InlineData("fields=uuid", 7, HttpStatusCode.NotAcceptable)]
    [InlineData("nonsense=1", 96, HttpStatusCode.BadRequest)]
    public async Task Fields_ThatAreNotThere_AreRefused(string query, int version, HttpStatusCode status)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        (await rig.GetAsync($"/v1/nodes/{uuid}?{query}", version)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("metal3~host-0", "/v1/nodes/metal3~host-0", 96)]
    [InlineData("metal3~host-0", "/v1/nodes/METAL3~HOST-0/", 96)]
    [InlineData("metal3~host-0", "/nodes/metal3~host-0", 89)]
    [InlineData("metal3~host-0", "/v1/nodes/metal3~host-0.json", 90)]
    [InlineData("a.json", "/v1/nodes/a.json", 90)]
    [InlineData("a.json", "/v1/nodes/a.json", 91)]
    public async Task Name_LeadsToItsNode(string name, string path, int version)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync(name);

        (await rig.GetAsync(path, version))["uuid"].GetGuid().ShouldBe(uuid);
    }

    [Theory]
    [InlineData("nonesuch", 96, HttpStatusCode.NotFound, "Node nonesuch could not be found.")]
    [InlineData("bm-01.json", 91, HttpStatusCode.NotFound, "Node bm-01.json could not be found.")]
    [InlineData("99999999-9999-4999-8999-999999999999", 96, HttpStatusCode.NotFound, "Node 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("bad%20name", 96, HttpStatusCode.BadRequest, "Expected UUID or name for node: bad name")]
    [InlineData("52:54:00:aa:00:01", 96, HttpStatusCode.BadRequest, "Expected UUID or name for node: 52:54:00:aa:00:01")]
    [InlineData("bm-01", 4, HttpStatusCode.NotFound, "Node bm-01 could not be found.")]
    public async Task Path_ThatNamesNoNode_IsRefused(string id, int version, HttpStatusCode status, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.GetAsync($"/v1/nodes/{id}", version)).ShouldRefuse(status, fault);
    }
}
