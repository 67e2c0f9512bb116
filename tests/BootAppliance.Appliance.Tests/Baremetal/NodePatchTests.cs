using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class NodePatchTests
{
    private const string Instance = "77777777-7777-4777-8777-777777777777";

    [Fact]
    public async Task Patch_IsAnsweredWithTheWholeNode()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01", """ "properties": {"cpus": 4} """);

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """
            [{"op": "add", "path": "/owner", "value": "p1"}, {"op": "add", "path": "/description", "value": "test node"},
             {"op": "add", "path": "/properties/root_device", "value": {"name": "/dev/vda"}}, {"op": "replace", "path": "/properties/cpus", "value": 8}, {"op": "add", "path": "/extra/owner_team", "value": "infra"}]
            """, 78);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        reply["owner"].GetString().ShouldBe("p1");
        reply["description"].GetString().ShouldBe("test node");
        reply["properties"].GetRawText().ShouldBe("""{"cpus":8,"root_device":{"name":"/dev/vda"}}""");
        reply["extra"].GetRawText().ShouldBe("""{"owner_team":"infra"}""");
        reply["updated_at"].GetString().ShouldBe("2030-01-01T00:00:00+00:00");
        (await rig.GetAsync("/v1/nodes/bm-01", 78)).Text.ShouldBe(reply.Text);
    }

    [Fact]
    public async Task Remove_LeadsBackToTheDefault()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active, with: n => n with
        {
            Protected = true,
            ProtectedReason = "prod",
            Retired = true,
            RetiredReason = "old",
            AutomatedClean = true,
            Description = "d",
            Maintenance = true,
            MaintenanceReason = "r",
            Fault = "power failure",
            InstanceUuid = Guid.Parse(Instance),
            Extra = JsonFields.Parse("""{"a": 1}"""),
        });

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """
            [{"op": "remove", "path": "/protected"}, {"op": "remove", "path": "/retired"}, {"op": "remove", "path": "/automated_clean"}, {"op": "remove", "path": "/description"},
             {"op": "remove", "path": "/maintenance"}, {"op": "remove", "path": "/instance_uuid"}, {"op": "remove", "path": "/extra"}, {"op": "remove", "path": "/name"}]
            """);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        var after = rig.Nodes.FindByUuid(node.Uuid)!;
        (after with { UpdatedAt = null }).ShouldBe(node with
        {
            Name = null,
            Protected = false,
            ProtectedReason = null,
            Retired = false,
            RetiredReason = null,
            AutomatedClean = null,
            Description = null,
            Maintenance = false,
            MaintenanceReason = null,
            Fault = null,
            InstanceUuid = null,
            Extra = JsonFields.Empty,
        });
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("0", false)]
    public async Task Flag_IsTakenAsAText(string text, bool expected)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "add", "path": "/automated_clean", "value": "{{text}}"}]""");

        rig.Nodes.FindByUuid(uuid)!.AutomatedClean.ShouldBe(expected);
    }

    [Theory]
    [InlineData("""[{"op": "add", "path": "/boot_interface", "value": "nosuch"}]""", HttpStatusCode.BadRequest, "Could not find the following interface in the 'ironic.hardware.interfaces.boot' entrypoint: nosuch. Valid interfaces are ['fake', 'http', 'http-ipxe', 'ipxe'].")]
    [InlineData("""[{"op": "add", "path": "/name", "value": "bm-02"}]""", HttpStatusCode.Conflict, "A node with name bm-02 already exists.")]
    [InlineData("""[{"op": "add", "path": "/name", "value": "validate"}]""", HttpStatusCode.BadRequest, "The word \"validate\" is reserved and can not be used as a node name. Reserved words are: maintenance, management, states, vendor_passthru, detail, validate.")]
    [InlineData("""[{"op": "add", "path": "/driver", "value": "nosuch"}]""", HttpStatusCode.BadRequest, "No valid host was found. Reason: No conductor service registered which supports driver nosuch for conductor group \"\".")]
    [InlineData("""[{"op": "add", "path": "/driver", "value": "manual-management"}]""", HttpStatusCode.BadRequest, "bios interface implementation 'fake' is not supported by hardware type manual-management.")]
    [InlineData("""[{"op": "remove", "path": "/driver"}]""", HttpStatusCode.BadRequest, "Schema error for node: None is not of type 'string'. Failed validating 'driver'")]
    [InlineData("""[{"op": "remove", "path": "/instance_info/kernel"}, {"op": "remove", "path": "/instance_info/ramdisk"}]""", HttpStatusCode.BadRequest, "Couldn't apply patch '{'op': 'remove', 'path': '/instance_info/kernel'}'. Reason: can't remove a non-existent object 'kernel'")]
    [InlineData("""[{"op": "move", "path": "/name", "from": "/owner"}]""", HttpStatusCode.BadRequest, "Schema error for patch: 'move' is not one of ['add', 'replace', 'remove']")]
    [InlineData("""{"op": "add"}""", HttpStatusCode.BadRequest, "Schema error for patch: a patch is a list of operations (RFC 6902)")]
    [InlineData("""[{"op": "add", "path": "/network_data", "value": {"links": 1}}]""", HttpStatusCode.BadRequest, "Invalid network_data: links is not a list of objects")]
    [InlineData("""[{"op": "add", "path": "/network_data", "value": {"nonsense": []}}]""", HttpStatusCode.BadRequest, "Invalid network_data: Additional properties are not allowed ('nonsense' was unexpected)")]
    [InlineData("""[{"op": "add", "path": "/chassis_uuid", "value": "99999999-9999-4999-8999-999999999999"}]""", HttpStatusCode.BadRequest, "Chassis 99999999-9999-4999-8999-999999999999 could not be found.")]
    [InlineData("""[{"op": "add", "path": "/retired", "value": "True"}, {"op": "add", "path": "/retired_reason", "value": "old"}]""", HttpStatusCode.Conflict, "Node 11111111-1111-4111-8111-111111111111 can not have 'retired' set in provision state 'available', the current state is 'available'")]
    [InlineData("""[{"op": "add", "path": "/protected", "value": "True"}]""", HttpStatusCode.Conflict, "Node 11111111-1111-4111-8111-111111111111 can only be made protected in provision states 'active' or 'rescue', the current state is 'available'")]
    [InlineData("""[{"op": "add", "path": "/parent_node", "value": "11111111-1111-4111-8111-111111111111"}]""", HttpStatusCode.BadRequest, "Node 11111111-1111-4111-8111-111111111111 can not be its own parent.")]
    public async Task Patch_IsRefused_InTheWordsOfIronic(string patch, HttpStatusCode status, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01", """ "uuid": "11111111-1111-4111-8111-111111111111" """, version: 96);
        await rig.AddAsync("bm-02");
        await rig.Nodes.ApplyAsync(uuid, ProvisionEvent.Manage);
        await rig.Nodes.ApplyAsync(uuid, ProvisionEvent.Done);
        await rig.Nodes.ApplyAsync(uuid, ProvisionEvent.Provide);
        var before = await rig.Nodes.ApplyAsync(uuid, ProvisionEvent.Done);

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", patch)).ShouldRefuse(status, fault);

        rig.Nodes.FindByUuid(uuid).ShouldBe(before);
    }

    [Theory]
    [InlineData("uuid")]
    [InlineData("provision_state")]
    [InlineData("last_error")]
    [InlineData("driver_internal_info")]
    [InlineData("traits")]
    [InlineData("console_enabled")]
    [InlineData("boot_mode")]
    [InlineData("nonsense")]
    public async Task Field_ThatClientsOnlyRead_CannotBePatched(string field)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "add", "path": "/{{field}}", "value": "x"}]""")).ShouldRefuse(HttpStatusCode.BadRequest,
            $"Cannot patch /{field}. Only the following can be updated: automated_clean, bios_interface, boot_interface, chassis_uuid, conductor_group, console_interface, deploy_interface, description, "
            + "disable_power_off, driver, driver_info, extra, firmware_interface, inspect_interface, instance_info, instance_uuid, lessee, maintenance, management_interface, name, network_data, "
            + "network_interface, owner, parent_node, power_interface, properties, protected, protected_reason, raid_interface, rescue_interface, resource_class, retired, retired_reason, shard, "
            + "storage_interface, vendor_interface");
    }

    [Theory]
    [InlineData(ProvisionState.Enroll, HttpStatusCode.OK)]
    [InlineData(ProvisionState.Active, HttpStatusCode.OK)]
    [InlineData(ProvisionState.Verifying, HttpStatusCode.OK)]
    [InlineData(ProvisionState.CleanFailed, HttpStatusCode.OK)]
    [InlineData(ProvisionState.InspectWait, HttpStatusCode.OK)]
    [InlineData(ProvisionState.Cleaning, HttpStatusCode.Conflict)]
    [InlineData(ProvisionState.DeployWait, HttpStatusCode.Conflict)]
    [InlineData(ProvisionState.Inspecting, HttpStatusCode.Conflict)]
    public async Task Patch_IsTaken_WhereTheStateAllowsIt(ProvisionState state, HttpStatusCode status)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await MoveAsync(rig, state);

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "add", "path": "/extra/a", "value": 1}]""")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Patch_OfANodeOnItsWay_IsRefusedInTheWordsOfIronic()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await MoveAsync(rig, ProvisionState.DeployWait);

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "add", "path": "/extra/a", "value": 1}]""")).ShouldRefuse(
            HttpStatusCode.Conflict, "Node bm-01 can not be updated while a state transition is in progress.");
    }

    [Fact]
    public async Task Instance_IsTakenOff_WhateverTheState_InMaintenance()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await MoveAsync(rig, ProvisionState.DeployWait);
        await rig.Nodes.UpdateAsync(uuid, n => n with { Maintenance = true, InstanceUuid = Guid.Parse(Instance) });

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "remove", "path": "/instance_uuid"}]""")).Status.ShouldBe(HttpStatusCode.OK);

        rig.Nodes.FindByUuid(uuid)!.InstanceUuid.ShouldBeNull();
    }

    [Fact]
    public async Task Instance_IsOnOneNode_AndStaysWhatItIs()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var (first, second) = (await rig.AddAsync("bm-01"), await rig.AddAsync("bm-02"));
        static string Patch(string instance) => $$"""[{"op": "add", "path": "/instance_uuid", "value": "{{instance}}"}]""";

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", Patch(Instance))).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", Patch(Instance))).Status.ShouldBe(HttpStatusCode.OK);

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-02", Patch(Instance))).ShouldRefuse(
            HttpStatusCode.Conflict, $"Instance {Instance} is already associated with a node, it cannot be associated with this other node {second}");
        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", Patch("66666666-6666-4666-8666-666666666666"))).ShouldRefuse(
            HttpStatusCode.Conflict, $"Node {first} is associated with instance {Instance}.");
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Conflict)]
    [InlineData(true, HttpStatusCode.OK)]
    public async Task Instance_OfAnAllocation_EndsIt_WhereTheNodeIsNotInUse(bool maintenance, HttpStatusCode status)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Active, with: n => n with { ResourceClass = "large" });
        await rig.AskAsync("POST", "/v1/allocations", """{"node": "bm-01", "name": "a"}""");
        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Maintenance = maintenance });

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "remove", "path": "/instance_uuid"}, {"op": "add", "path": "/extra/a", "value": 1}]""")).Status.ShouldBe(status);

        (await rig.GetAsync("/v1/allocations/a")).Status.ShouldBe(status == HttpStatusCode.OK ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        (await rig.GetAsync("/v1/nodes/bm-01"))["allocation_uuid"].ValueKind.ShouldBe(status == HttpStatusCode.OK ? JsonValueKind.Null : JsonValueKind.String);
    }

    [Fact]
    public async Task Driver_BringsItsInterfaces_WhereAskedFor()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01?reset_interfaces=True", """[{"op": "add", "path": "/driver", "value": "manual-management"}, {"op": "add", "path": "/boot_interface", "value": "http"}]""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        (reply["driver"].GetString(), reply["boot_interface"].GetString(), reply["power_interface"].GetString(), reply["bios_interface"].GetString()).ShouldBe(("manual-management", "http", "noop", "no-bios"));
    }

    [Fact]
    public async Task ResetInterfaces_GoesWithANewDriver_FromItsVersionOn()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        const string Other = """[{"op": "add", "path": "/extra/a", "value": 1}]""";

        (await rig.AskAsync("PATCH", $"/v1/nodes/{uuid}?reset_interfaces=True", Other)).ShouldRefuse(
            HttpStatusCode.BadRequest, "The reset_interfaces parameter can only be used when changing the node's driver.");
        (await rig.AskAsync("PATCH", $"/v1/nodes/{uuid}?reset_interfaces=True", Other, 44)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task Driver_StaysWhileTheConsoleIsOn()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        await rig.Nodes.UpdateAsync(uuid, n => n with { ConsoleEnabled = true });

        (await rig.AskAsync("PATCH", "/v1/nodes/bm-01?reset_interfaces=true", """[{"op": "add", "path": "/driver", "value": "manual-management"}]""")).ShouldRefuse(
            HttpStatusCode.Conflict, "Node bm-01 can not update the driver while the console is enabled. Please stop the console first.");
    }

    [Theory]
    [InlineData("""{"op": "add", "path": "/boot_interface", "value": "http"}""", false, "boot_interface")]
    [InlineData("""{"op": "add", "path": "/boot_interface", "value": "http"}""", true, null)]
    [InlineData("""{"op": "add", "path": "/resource_class", "value": "large"}""", false, "resource_class")]
    [InlineData("""{"op": "add", "path": "/resource_class", "value": "large"}""", true, "resource_class")]
    public async Task Field_ThatOthersRelyOn_StaysWhileTheNodeIsInUse(string operation, bool maintenance, string? refused)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await MoveAsync(rig, ProvisionState.Active);
        await rig.Nodes.UpdateAsync(uuid, n => n with { Maintenance = maintenance, ResourceClass = "small" });

        var reply = await rig.AskAsync("PATCH", "/v1/nodes/bm-01", $"[{operation}]");

        if (refused is null) reply.Status.ShouldBe(HttpStatusCode.OK, reply.Text);
        else reply.ShouldRefuse(HttpStatusCode.Conflict, $"Node {uuid} can not have {refused} updated unless it is in one of allowed (enroll, inspecting, inspect wait, manageable, available) states or in maintenance mode.");
    }

    [Fact]
    public async Task Chassis_IsTakenAway_FromItsVersionOn()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var chassis = (await rig.AskAsync("POST", "/v1/chassis", "{}"))["uuid"].GetString();
        var uuid = await rig.AddAsync("bm-01", $"\"chassis_uuid\": \"{chassis}\"");
        const string Patch = """[{"op": "remove", "path": "/chassis_uuid"}]""";

        (await rig.AskAsync("PATCH", $"/v1/nodes/{uuid}", Patch, 24)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
        (await rig.AskAsync("PATCH", $"/v1/nodes/{uuid}", Patch, 25))["chassis_uuid"].ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Patch_OfANodeThatSomebodyWorksOn_IsRefusedAsLocked()
    {
        var time = new ManualTime();
        await using var rig = await BaremetalRig.StartAsync(time);
        var uuid = await rig.AddAsync("bm-01");
        using var held = await rig.Nodes.HoldAsync(uuid, "conductor-1", TestContext.Current.CancellationToken);

        var asked = rig.AskAsync("PATCH", "/v1/nodes/bm-01", """[{"op": "add", "path": "/extra/a", "value": 1}]""");
        while (!asked.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await asked).ShouldRefuse(HttpStatusCode.Conflict, "Node bm-01 is locked by host conductor-1, please retry after the current operation is completed.");
    }

    [Fact]
    public async Task Patches_OfOneNodeAtOnce_AreAllApplied()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => rig.AskAsync("PATCH", "/v1/nodes/bm-01", $$"""[{"op": "add", "path": "/extra/k{{i}}", "value": {{i}}}]""")));

        replies.Select(r => r.Status).Distinct().ShouldBe([HttpStatusCode.OK]);
        (await rig.GetAsync("/v1/nodes/bm-01"))["extra"].EnumerateObject().Select(m => m.Name).Order().ShouldBe(Enumerable.Range(0, 50).Select(i => $"k{i}").Order());
    }

    /// <summary>A new node in a state, on the way that leads there.</summary>
    private static async Task<Guid> MoveAsync(BaremetalRig rig, ProvisionState state)
    {
        (ProvisionState From, ProvisionEvent[] Way) way = state switch
        {
            ProvisionState.Verifying => (ProvisionState.Enroll, [ProvisionEvent.Manage]),
            ProvisionState.Cleaning => (ProvisionState.Manageable, [ProvisionEvent.Clean]),
            ProvisionState.CleanFailed => (ProvisionState.Manageable, [ProvisionEvent.Clean, ProvisionEvent.Fail]),
            ProvisionState.Inspecting => (ProvisionState.Manageable, [ProvisionEvent.Inspect]),
            ProvisionState.InspectWait => (ProvisionState.Manageable, [ProvisionEvent.Inspect, ProvisionEvent.Wait]),
            ProvisionState.DeployWait => (ProvisionState.Available, [ProvisionEvent.Deploy, ProvisionEvent.Wait]),
            _ => (state, []),
        };
        var node = await rig.AddInAsync(way.From, with: n => n with { Interfaces = rig.Server.Provisioner.Types.Find("fake-hardware")!.Defaults });
        foreach (var step in way.Way) await rig.Nodes.ApplyAsync(node.Uuid, step);
        return node.Uuid;
    }
}
