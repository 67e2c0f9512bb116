using System.Net;
using System.Text.Json;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

/// <summary>Power, boot device and the other states, with what Ironic answered to the same requests.</summary>
public sealed class StateRouteTests
{
    [Fact]
    public async Task States_TellWhereANodeIs()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(ProvisionState.Active, with: n => n with { PowerState = PowerState.On, ProvisionUpdatedAt = new ManualTime().GetUtcNow() });

        var expected = """
            {"console_enabled": false, "last_error": null, "power_state": "power on", "provision_state": "active", "provision_updated_at": "2030-01-01T00:00:00+00:00",
             "target_power_state": null, "target_provision_state": null, "raid_config": {}, "target_raid_config": {}, "boot_mode": null, "secure_boot": null}
            """;
        var reply = await rig.GetAsync("/v1/nodes/bm-01/states");
        JsonElement.DeepEquals(reply.Json, JsonElement.Parse(expected)).ShouldBeTrue(reply.Text);
        (await rig.GetAsync("/v1/nodes/bm-01/states", 11)).Json.TryGetProperty("raid_config", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(ProvisionState.Enroll, "noop", null)]
    [InlineData(ProvisionState.Manageable, "noop", "power on")]
    [InlineData(ProvisionState.Active, "noop", "power on")]
    [InlineData(ProvisionState.Active, "fake", null)]
    public async Task Power_OfAMachineThatAHandSwitches_IsOn_AsSoonAsItIsManaged(ProvisionState state, string power, string? told)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddInAsync(state, with: n => n with { Interfaces = n.Interfaces with { Power = power }, PowerState = null });

        (await rig.GetAsync("/v1/nodes/bm-01/states")).Json.GetProperty("power_state").GetString().ShouldBe(told);
        (await rig.GetAsync("/v1/nodes/bm-01")).Json.GetProperty("power_state").GetString().ShouldBe(told);
    }

    [Theory]
    [InlineData("power on", PowerState.On)]
    [InlineData("power off", PowerState.Off)]
    [InlineData("rebooting", PowerState.On)]
    [InlineData("soft rebooting", PowerState.On)]
    [InlineData("soft power off", PowerState.Off)]
    public async Task Power_IsChanged_WhereTheDriverCan(string target, PowerState state)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-03");

        var reply = await rig.AskAsync("PUT", "/v1/nodes/bm-03/states/power", $$"""{"target": "{{target}}", "timeout": 5}""");

        (reply.Status, reply.Text, reply.Location).ShouldBe((HttpStatusCode.Accepted, "", $"{rig.Root}/v1/nodes/bm-03/states"));
        await Until(rig, uuid, node => node.TargetPowerState is null && node.PowerState == state);
    }

    [Theory]
    [InlineData("""{"target": "nonsense"}""", "The requested action \"nonsense\" can not be performed on node \"{0}\" while it is in state \"None\".")]
    [InlineData("""{"target": "power on", "timeout": 0}""", "timeout has to be positive integer")]
    [InlineData("""{"target": "power on", "timeout": "x"}""", "Expected integer for timeout: \"x\"")]
    [InlineData("""{"target": "power on"}""", "Driver manual-management does not support power on (disabled or not implemented).")]
    public async Task Power_IsRefused_InIronicsWords(string body, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.Nodes.AddAsync(new Node { Name = "bm-04" });

        (await rig.AskAsync("PUT", "/v1/nodes/bm-04/states/power", body)).ShouldRefuse(HttpStatusCode.BadRequest, fault.Replace("{0}", node.Uuid.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task SoftPower_IsNotAcceptable_BeforeItsVersion()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-03");

        (await rig.AskAsync("PUT", "/v1/nodes/bm-03/states/power", """{"target": "soft power off"}""", 26)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task BootDevice_IsWhatTheDriverSays()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/management/boot_device", """{"boot_device": "pxe", "persistent": false}""")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/management/boot_device", """{"boot_device": "disk", "persistent": true}"""))
            .ShouldRefuse(HttpStatusCode.BadRequest, "Invalid boot device disk specified.");
        (await rig.GetAsync("/v1/nodes/bm-01/management/boot_device")).Text.ShouldBe("""{"boot_device":"pxe","persistent":false}""");
        (await rig.GetAsync("/v1/nodes/bm-01/management/boot_device/supported")).Text.ShouldBe("""{"supported_boot_devices":["pxe"]}""");
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/management/inject_nmi", "{}"))
            .ShouldRefuse(HttpStatusCode.BadRequest, "Driver fake-hardware does not support inject_nmi (disabled or not implemented).");
    }

    [Fact]
    public async Task BootMode_IsAcceptedAndThenSaidToBeUnknownToTheDriver()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");

        var reply = await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/boot_mode", """{"target": "uefi"}""");

        (reply.Status, reply.Location).ShouldBe((HttpStatusCode.Accepted, $"{rig.Root}/v1/nodes/bm-01/states"));
        await Until(rig, uuid, node => node.LastError == "Failed to change boot mode to 'uefi': Driver fake-hardware does not support set_boot_mode (disabled or not implemented).");
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/secure_boot", """{"target": true}""")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/boot_mode", """{"target": "x"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/boot_mode", """{"target": "uefi"}""", 75)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Console_IsTurnedOn_WhereThereIsOne()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        await rig.Nodes.AddAsync(new Node { Name = "bm-04" });

        (await rig.GetAsync("/v1/nodes/bm-01/states/console")).Text.ShouldBe("""{"console_enabled":false,"console_info":null}""");
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/console", """{"enabled": true}""")).Location.ShouldBe($"{rig.Root}/v1/nodes/bm-01/states/console");
        rig.Nodes.FindByUuid(uuid)!.ConsoleEnabled.ShouldBeTrue();
        (await rig.GetAsync("/v1/nodes/bm-04/states/console"))
            .ShouldRefuse(HttpStatusCode.BadRequest, "Driver manual-management does not support console (disabled or not implemented).");
    }

    [Fact]
    public async Task Raid_IsKept_WhereTheDriverCanMakeIt()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        await rig.Nodes.AddAsync(new Node { Name = "bm-04" });
        var wanted = """{"logical_disks": [{"size_gb": 50, "raid_level": "1"}]}""";

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/raid", wanted)).Status.ShouldBe(HttpStatusCode.NoContent);
        rig.Nodes.FindByUuid(uuid)!.TargetRaidConfig.ShouldBe(JsonFields.Parse(wanted));
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/states/raid", """{"disks": 1}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-04/states/raid", wanted)).ShouldRefuse(HttpStatusCode.BadRequest, "Driver manual-management does not support raid (disabled or not implemented).");
    }

    [Fact]
    public async Task Validate_TellsWhatEachKindOfWorkLacks()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.Nodes.AddAsync(new Node { Name = "bm-04" });
        var noPort = $"Node {node.Uuid} does not have any port associated with it";

        var shown = (await rig.GetAsync("/v1/nodes/bm-04/validate", 78)).Json;

        shown.EnumerateObject().Select(kind => $"{kind.Name} {(kind.Value.GetProperty("result").GetBoolean() ? "yes" : kind.Value.GetProperty("reason").GetString())}").ShouldBe(
        [
            $"boot {noPort}", $"deploy {noPort}", "management yes", "network yes", "power yes",
            "bios Driver manual-management does not support bios (disabled or not implemented).",
            "console Driver manual-management does not support console (disabled or not implemented).",
            $"inspect {noPort}",
            "raid Driver manual-management does not support raid (disabled or not implemented).",
            "rescue Driver manual-management does not support rescue (disabled or not implemented).",
            "storage yes",
        ]);
        (await rig.GetAsync("/v1/nodes/bm-04/validate", 86)).Json.TryGetProperty("firmware", out _).ShouldBeTrue();
    }

    /// <summary>Each change of a node is an event, told when the change is seen.</summary>
    private static async Task Until(BaremetalRig rig, Guid uuid, Func<Node, bool> isSo)
    {
        await foreach (var _ in rig.Server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            if (isSo(rig.Nodes.FindByUuid(uuid)!)) return;
        }
    }
}
