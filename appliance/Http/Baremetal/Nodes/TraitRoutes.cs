using System.Collections.Immutable;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary><c>/v1/nodes/…/traits</c>: what a node can do, for allocations that ask for it.</summary>
internal sealed class TraitRoutes(NodeRegistry nodes)
{
    private const int Since = 37;
    private const int Most = 50;

    public void Map(BaremetalRoutes routes)
    {
        const int TooOld = StatusCodes.Status406NotAcceptable;
        routes.Get("/nodes/{id}/traits", List, Since, TooOld);
        routes.Put("/nodes/{id}/traits", ReplaceAsync, Since, TooOld);
        routes.Delete("/nodes/{id}/traits", RemoveAllAsync, Since, TooOld);
        routes.Put("/nodes/{id}/traits/{trait}", AddAsync, Since, TooOld);
        routes.Delete("/nodes/{id}/traits/{trait}", RemoveAsync, Since, TooOld);
    }

    private ApiAnswer List(ApiCall call)
    {
        var node = nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("traits");
            foreach (var trait in node.Traits) writer.WriteStringValue(trait);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task<ApiAnswer> ReplaceAsync(ApiCall call)
    {
        var body = await call.ObjectAsync();
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name != "traits") throw BaremetalException.Bad($"Schema error for body: Additional properties are not allowed ('{member.Name}' was unexpected)");
        }

        if (!body.TryGetProperty("traits", out var traits) || traits.ValueKind == JsonValueKind.Null)
            throw BaremetalException.Bad("Either a single node trait, via URL, or a list of node traits, via 'traits' in the body, is permitted");
        var named = new FieldValue("body", "traits", traits).Texts().Select(TraitNames.Checked).Distinct().ToImmutableArray();
        await ChangeAsync(call, _ => named);
        return ApiAnswer.NoContent;
    }

    private async Task<ApiAnswer> AddAsync(ApiCall call)
    {
        var trait = TraitNames.Checked(call.Route("trait"));
        if ((await call.ObjectAsync()).GetPropertyCount() > 0) throw BaremetalException.Bad("No body should be provided when setting a trait");
        await ChangeAsync(call, traits => traits.Contains(trait) ? traits : traits.Add(trait));
        return ApiAnswer.NoContent with { Location = $"{call.Root}/v1/nodes/{Uri.EscapeDataString(call.Route("id"))}/traits/{trait}" };
    }

    private async Task<ApiAnswer> RemoveAllAsync(ApiCall call)
    {
        await ChangeAsync(call, _ => []);
        return ApiAnswer.NoContent;
    }

    private async Task<ApiAnswer> RemoveAsync(ApiCall call)
    {
        var trait = call.Route("trait");
        await ChangeAsync(call, traits => traits.Contains(trait) ? traits.Remove(trait) : throw BaremetalException.NotFound($"Node {call.Route("id")} doesn't have a trait '{trait}'"));
        return ApiAnswer.NoContent;
    }

    private Task<Node> ChangeAsync(ApiCall call, Func<ImmutableArray<string>, ImmutableArray<string>> change) => nodes.UpdateAsync(nodes.Get(call).Uuid, node =>
    {
        var traits = change(node.Traits);
        if (traits.Length > Most)
            throw BaremetalException.Bad($"Could not modify traits for node {node.Uuid} as it would exceed the maximum number of traits per node ({traits.Length} vs. {Most})");
        return traits.SequenceEqual(node.Traits) ? node : node with { Traits = traits };
    });
}
