using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Baremetal;

public sealed class TraitTests
{
    [Fact]
    public async Task Traits_AreAddedAndTakenAway_OneByOne()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":[]}""");

        var added = await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/CUSTOM_GPU", null);
        (added.Status, added.Text, added.Location).ShouldBe((HttpStatusCode.NoContent, "", $"{rig.Root}/v1/nodes/bm-01/traits/CUSTOM_GPU"));
        await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/HW_CPU_X86_VMX", null);
        await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/HW_CPU_X86_VMX", null);
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":["CUSTOM_GPU","HW_CPU_X86_VMX"]}""");
        (await rig.GetAsync("/v1/nodes/bm-01"))["traits"].GetRawText().ShouldBe("""["CUSTOM_GPU","HW_CPU_X86_VMX"]""");

        (await rig.DeleteAsync("/v1/nodes/bm-01/traits/HW_CPU_X86_VMX")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.DeleteAsync("/v1/nodes/bm-01/traits/HW_CPU_X86_VMX")).ShouldRefuse(HttpStatusCode.NotFound, "Node bm-01 doesn't have a trait 'HW_CPU_X86_VMX'");
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":["CUSTOM_GPU"]}""");
    }

    [Fact]
    public async Task Traits_AreReplaced_AllAtOnce()
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");
        await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/CUSTOM_OLD", null);

        var replaced = await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits", """{"traits": ["CUSTOM_A", "CUSTOM_B", "CUSTOM_A"]}""");

        (replaced.Status, replaced.Location).ShouldBe((HttpStatusCode.NoContent, null));
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":["CUSTOM_A","CUSTOM_B"]}""");
        (await rig.DeleteAsync("/v1/nodes/bm-01/traits")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":[]}""");
    }

    [Theory]
    [InlineData("lower-case")]
    [InlineData("CUSTOM_")]
    [InlineData("CUSTOM_lower")]
    [InlineData("SOMETHING_ELSE")]
    [InlineData("HW CPU")]
    public async Task Name_IsChecked_AsIronicDoes(string name)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");
        var fault = $"Schema error for trait: '{name}' is not valid under any of the given schemas. Possible root cause: '{name}' does not match '^CUSTOM_[A-Z0-9_]+$'";

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/" + Uri.EscapeDataString(name), null)).ShouldRefuse(HttpStatusCode.BadRequest, fault);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits", $$"""{"traits": ["CUSTOM_A", "{{name}}"]}""")).ShouldRefuse(HttpStatusCode.BadRequest, fault);
        (await rig.GetAsync("/v1/nodes/bm-01/traits")).Text.ShouldBe("""{"traits":[]}""");
    }

    [Theory]
    [InlineData("/v1/nodes/bm-01/traits", "{}", "Either a single node trait, via URL, or a list of node traits, via 'traits' in the body, is permitted")]
    [InlineData("/v1/nodes/bm-01/traits", """{"traits": "CUSTOM_A"}""", "Schema error for body: 'CUSTOM_A' is not of type 'array'. Failed validating 'traits'")]
    [InlineData("/v1/nodes/bm-01/traits", """{"nonsense": []}""", "Schema error for body: Additional properties are not allowed ('nonsense' was unexpected)")]
    [InlineData("/v1/nodes/bm-01/traits/CUSTOM_A", """{"traits": ["CUSTOM_B"]}""", "No body should be provided when setting a trait")]
    public async Task Nonsense_IsRefused(string path, string body, string fault)
    {
        await using var rig = await BaremetalRig.StartAsync();
        await rig.AddAsync("bm-01");

        (await rig.AskAsync("PUT", path, body)).ShouldRefuse(HttpStatusCode.BadRequest, fault);
    }

    [Fact]
    public async Task Node_HasFiftyTraits_AndNoMore()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var uuid = await rig.AddAsync("bm-01");
        var names = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"CUSTOM_{i}\""));

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits", $$"""{"traits": [{{names}}]}""")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/CUSTOM_49", null)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await rig.AskAsync("PUT", "/v1/nodes/bm-01/traits/CUSTOM_50", null)).ShouldRefuse(
            HttpStatusCode.BadRequest, $"Could not modify traits for node {uuid} as it would exceed the maximum number of traits per node (51 vs. 50)");
    }

    [Fact]
    public async Task Traits_AreNotThere_BeforeTheirVersion()
    {
        await using var rig = await BaremetalRig.StartAsync();
        var node = await rig.AddInAsync(ProvisionState.Enroll);

        (await rig.GetAsync($"/v1/nodes/{node.Uuid}/traits", 36)).Status.ShouldBe(HttpStatusCode.NotAcceptable);
    }
}
