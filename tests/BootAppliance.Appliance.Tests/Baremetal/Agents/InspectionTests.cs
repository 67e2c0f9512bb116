using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class InspectionTests
{
    private const string Mac = "52:54:00:ef:00:01";
    private const string OtherMac = "52:54:00:ef:00:05";

    private static readonly JsonElement recording = AgentRig.Recording("inspection.json");

    private static JsonObject Report => JsonObject.Create(recording.GetProperty("request").GetProperty("body"))!;

    [Fact]
    public async Task Inspection_EndsTheWait_AndFillsTheNodeIn()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.InspectingAsync(Mac);
        await rig.Server.Nodes.UpdateAsync(node.Uuid, n => n with { Properties = JsonFields.Parse("""{"capabilities": "boot_mode:bios,secure_boot:true", "cpus": 1, "vendor": "x"}""") });
        var report = Report;
        report["inventory"]!["disks"] = JsonNode.Parse("""[{"size": 500107862016}, {"size": 64000000000}, {"size": 1000000}, {"size": "x"}, 7]""");
        var (status, body) = await rig.InspectionAsync(report);
        status.ShouldBe(HttpStatusCode.Accepted);
        body.ShouldBe($$"""{"uuid":"{{node.Uuid}}"}""");

        var after = rig.Now(node);
        after.ProvisionState.ShouldBe(ProvisionState.Manageable);
        after.Properties.ShouldBe(JsonFields.Parse("""{"capabilities": "secure_boot:true,boot_mode:uefi", "cpus": 4, "vendor": "x", "memory_mb": 8192, "cpu_arch": "x86_64", "local_gb": 58}"""));
        after.Ports.Select(port => (port.Address.ToString(), port.PxeEnabled)).ShouldBe([(Mac, true), (OtherMac, false)]);
        after.InspectionFinishedAt.ShouldNotBeNull();
        rig.Events(MachineEventKind.InspectionReport).ShouldHaveSingleItem().Text.ShouldBe("the inspection came in: 2 network interfaces, x86_64, 8192 MiB of memory");

        var kept = JsonElement.Parse(rig.Server.Inventories.LoadInventory(node.Uuid)!);
        JsonElement.DeepEquals(kept.GetProperty("inventory"), JsonSerializer.SerializeToElement(report["inventory"])).ShouldBeTrue();
        kept.GetProperty("plugin_data").GetProperty("boot_interface").GetString().ShouldBe("01-52-54-00-ef-00-01");
    }

    [Fact]
    public async Task Inspection_FindsItsNode_ByTheManagementController()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.InspectingAsync("52:54:00:00:00:77");
        (await rig.InspectionAsync(Report)).Status.ShouldBe(HttpStatusCode.Accepted);
        rig.Now(node).Ports.Select(port => port.Address.ToString()).ShouldBe(["52:54:00:00:00:77", Mac, OtherMac]);
    }

    [Fact]
    public async Task Failure_ThatTheAgentReports_EndsInInspectFailed()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.InspectingAsync(Mac);
        var report = Report;
        report["error"] = "no disks\nfound";
        (await rig.InspectionAsync(report)).Status.ShouldBe(HttpStatusCode.Accepted);
        rig.Now(node).ProvisionState.ShouldBe(ProvisionState.InspectFailed);
        rig.Now(node).LastError.ShouldBe("Inspection failed: the agent reported: no disks found");
        rig.Server.Inventories.LoadInventory(node.Uuid).ShouldBeNull();
    }

    [Fact]
    public async Task SecondReport_IsTooLate()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.InspectingAsync(Mac);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rig.InspectionAsync(Report)));
        answers.Count(answer => answer.Status == HttpStatusCode.Accepted).ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Accepted || answer.Status == HttpStatusCode.NotFound || answer.Status == HttpStatusCode.Conflict);
        (await rig.InspectionAsync(Report)).Status.ShouldBe(HttpStatusCode.NotFound);
        rig.Now(node).ProvisionState.ShouldBe(ProvisionState.Manageable);
    }

    [Fact]
    public async Task Forgery_ChangesNothing()
    {
        await using var rig = await AgentRig.StartAsync();
        rig.Server.From = IPAddress.Parse("192.0.2.120");
        await rig.AddAsync("52:54:00:12:34:01");
        var waiting = await rig.InspectingAsync(Mac);
        await rig.Server.Nodes.UpdateAsync(waiting.Uuid, n => n with { DriverInfo = n.DriverInfo.Without("ipmi_address") });
        var other = await rig.InspectingAsync("52:54:00:12:34:02");
        var before = rig.Now(waiting);

        await RefusedAsync(Of("52:54:00:ff:ff:ff"), "");                                    // unknown
        await RefusedAsync(Of("52:54:00:12:34:01"), "");                                    // does not wait for one
        await RefusedAsync(Of(Mac, "52:54:00:12:34:02"), "");                               // two machines at once
        await RefusedAsync(Of(Mac), $"?node_uuid={other.Uuid}");                            // says it is another one
        await RefusedAsync(Of(Mac), $"?node_uuid={Guid.NewGuid()}");
        await RefusedAsync(Report, "");                                                     // the controller of the other node
        await rig.CleaningAsync();
        rig.Server.From = BootServer.MachineAddress;
        await RefusedAsync(Of(Mac), "");                                                    // from the machine of a third node
        rig.Events(MachineEventKind.AgentRefused).Last().Text.ShouldBe("the machine of node n525400123456 sent an inspection of this node");

        async Task RefusedAsync(JsonObject report, string query)
        {
            var (status, body) = await rig.InspectionAsync(report, query);
            (status, AgentRig.Words(body)).ShouldBe((HttpStatusCode.NotFound, "Resource could not be found."));
            rig.Now(waiting).ShouldBe(before);
            rig.Server.Inventories.LoadInventory(waiting.Uuid).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"inventory": null}""")]
    [InlineData("""{"inventory": []}""")]
    [InlineData("""{"inventory": {}}""")]
    [InlineData("""{"inventory": {"interfaces": "52:54:00:ef:00:01"}}""")]
    [InlineData("""{"inventory": {"interfaces": [{"mac_address": 7}, null, {"mac_address": "ff:ff:ff:ff:ff:ff"}], "bmc_address": "0.0.0.0", "bmc_v6address": "::/0"}}""")]
    [InlineData("""[]""")]
    [InlineData("""7""")]
    public async Task Nonsense_IsRefused(string report)
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.InspectingAsync(Mac);
        (await rig.InspectionAsync(JsonElement.Parse(report))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Oddities_AreLeftOut()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.InspectingAsync(Mac);
        (await rig.InspectionAsync(JsonElement.Parse(
            """
            {
              "inventory": {
                "interfaces": [{"mac_address": "52:54:00:EF:00:01"}, {"mac_address": "52:54:00:ef:00:01"}, {"mac_address": "01:00:5e:00:00:01"}, {"name": "lo"}],
                "cpu": {"count": -4, "architecture": "x86_64 || shell"},
                "memory": {"physical_mb": 1e99},
                "boot": {"current_boot_mode": "uefi\nkernel", "pxe_interface": "${mac}"},
                "disks": [{"size": 9e99}]
              }
            }
            """))).Status.ShouldBe(HttpStatusCode.Accepted);
        rig.Now(node).Properties.ShouldBe(JsonFields.Empty);
        rig.Now(node).Ports.Select(port => (port.Address.ToString(), port.PxeEnabled)).ShouldBe([(Mac, true)]);
    }

    private static JsonObject Of(params string[] macs) => new()
    {
        ["inventory"] = new JsonObject { ["interfaces"] = new JsonArray([.. macs.Select(mac => new JsonObject { ["mac_address"] = mac })]) },
    };
}
