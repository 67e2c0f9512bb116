using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class StepsTests : IAsyncLifetime
{
    private BaremetalRig rig = null!;

    public async ValueTask InitializeAsync() => rig = await BaremetalRig.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task DeployTemplate_IsAddedAsTheRecordingShows()
    {
        var template = await rig.PostAsync("/v1/deploy_templates", """{"steps": [{"interface": "deploy", "step": "erase_devices", "args": {}, "priority": "10"}], "name": "CUSTOM_PXE"}""", 78);

        BaremetalReply.Names(template).ShouldBe(["uuid", "created_at", "updated_at", "name", "extra", "links", "steps"]);
        template.GetProperty("steps")[0].GetProperty("priority").GetInt32().ShouldBe(10);
        BaremetalReply.Names((await rig.GetAsync("/v1/deploy_templates")).Json.GetProperty("deploy_templates")[0]).ShouldBe(["uuid", "name", "links"]);
        (await rig.GetAsync("/v1/deploy_templates?detail=true")).Json.GetProperty("deploy_templates")[0].TryGetProperty("steps", out _).ShouldBeTrue();
        (await rig.AskAsync("PATCH", "/v1/deploy_templates/CUSTOM_PXE", """[{"op": "replace", "path": "/steps/0/priority", "value": 20}]""")).Json.GetProperty("steps")[0].GetProperty("priority").GetInt32().ShouldBe(20);
        (await rig.DeleteAsync("/v1/deploy_templates/CUSTOM_PXE")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.GetAsync("/v1/deploy_templates/CUSTOM_PXE")).ShouldRefuse(HttpStatusCode.NotFound, "Deploy template CUSTOM_PXE could not be found.");
    }

    [Fact]
    public async Task DeployTemplate_OfATraitOfTheInstance_IsRun()
    {
        await rig.PostAsync("/v1/deploy_templates", """{"name": "CUSTOM_A", "steps": [{"interface": "bios", "step": "factory_reset", "args": {}, "priority": 150}]}""");
        var node = await rig.AddInAsync(ProvisionState.Available, with: n => n with
        {
            Interfaces = rig.Server.Provisioner.Types.Get("fake-hardware").Defaults with { Deploy = "fake" },
            Ports = [new Port { Address = new MacAddress(0x5254_0000_0001) }],
            InstanceInfo = JsonFields.Parse("""{"traits": ["CUSTOM_A"]}"""),
        });

        (await rig.Server.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy, cancellation: TestContext.Current.CancellationToken)).ProvisionState.ShouldBe(ProvisionState.Active);

        rig.Server.Events.Query(EventQuery.ForNode(node)).ShouldContain(seen => seen.Text == "deploy step bios.factory_reset begins");
    }

    [Theory]
    [InlineData("""{"name": "CUSTOM_A"}""")]
    [InlineData("""{"name": "lower", "steps": [{"interface": "deploy", "step": "s", "args": {}, "priority": 1}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": []}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": "all"}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [7]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "coffee", "step": "s", "args": {}, "priority": 1}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": [], "priority": 1}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}, "priority": -1}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}, "priority": 1, "colour": "red"}]}""")]
    [InlineData("""{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}, "priority": 1}, {"interface": "deploy", "step": "s", "args": {"a": 1}, "priority": 2}]}""")]
    public async Task DeployTemplate_IsChecked(string body) => (await rig.AskAsync("POST", "/v1/deploy_templates", body)).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Names_AreNobodyElses()
    {
        const string Template = """{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}, "priority": 1}]}""";
        const string Runbook = """{"name": "CUSTOM_A", "steps": [{"interface": "deploy", "step": "s", "args": {}, "order": 1}]}""";
        await rig.PostAsync("/v1/deploy_templates", Template);
        await rig.PostAsync("/v1/runbooks", Runbook);

        (await rig.AskAsync("POST", "/v1/deploy_templates", Template)).ShouldRefuse(HttpStatusCode.Conflict, "A deploy template with name CUSTOM_A already exists.");
        (await rig.AskAsync("POST", "/v1/runbooks", Runbook)).ShouldRefuse(HttpStatusCode.Conflict, "A runbook with name CUSTOM_A already exists.");
    }

    [Fact]
    public async Task Runbook_OfEverybody_HasNoOwner()
    {
        var runbook = await rig.PostAsync("/v1/runbooks", """{"name": "CUSTOM_R", "owner": "me", "steps": [{"interface": "bios", "step": "apply", "args": {"a": [1]}, "order": 0}]}""");
        BaremetalReply.Names(runbook).ShouldBe(["uuid", "created_at", "updated_at", "name", "steps", "disable_ramdisk", "extra", "public", "owner", "links"]);

        var changed = await rig.AskAsync("PATCH", "/v1/runbooks/CUSTOM_R", """[{"op": "replace", "path": "/public", "value": "true"}]""");
        changed.Json.GetProperty("public").GetBoolean().ShouldBeTrue();
        changed.Json.GetProperty("owner").GetString().ShouldBeNull();
    }

    [Theory]
    [InlineData("GET", "/v1/deploy_templates", 54, 404)]
    [InlineData("POST", "/v1/deploy_templates", 54, 405)]
    [InlineData("GET", "/v1/runbooks", 91, 404)]
    [InlineData("POST", "/v1/runbooks", 91, 405)]
    [InlineData("GET", "/v1/runbooks", 92, 200)]
    public async Task Steps_AreNotThere_BeforeTheirVersion(string method, string path, int minor, int status) =>
        (await rig.AskAsync(method, path, method == "POST" ? "{}" : null, minor)).Status.ShouldBe((HttpStatusCode)status);
}
