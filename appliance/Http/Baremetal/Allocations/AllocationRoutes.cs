using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Allocations;

/// <summary><c>/v1/allocations</c>: requests for any node that fits.</summary>
internal sealed class AllocationRoutes(ResourceRegistry<Allocation> all, Allocator allocator, NodeRegistry nodes) : RegistryRoutes<Allocation>("allocations", 52, table, all)
{
    private const int UpdateSince = 57;
    private const int BackfillSince = 58;
    private const int OwnerSince = 60;
    private const int LongestClass = 80;

    private static readonly ResourceTable<Allocation> table = new(
        "allocation",
        Field.Uuid<Allocation>("uuid", 52, a => a.Uuid, (a, uuid) => a with { Uuid = uuid ?? a.Uuid }) with { InList = true, IsFixed = true },
        Field.Time<Allocation>("created_at", 52, a => a.CreatedAt) with { InList = true },
        Field.Time<Allocation>("updated_at", 52, a => a.UpdatedAt) with { InList = true },
        Field.Texts<Allocation>("candidate_nodes", 52, a => a.CandidateNodes.Select(n => n.ToString()), (a, list) => a with { CandidateNodes = [.. list.Select(Guid.Parse)] }) with { InList = true, IsFixed = true },
        Field.Object<Allocation>("extra", 52, a => a.Extra, (a, extra) => a with { Extra = extra }) with { InList = true },
        Field.Text<Allocation>("last_error", 52, a => a.LastError) with { InList = true },
        Field.Text<Allocation>("name", 52, a => a.Name, (a, name) => a with { Name = PartNames.Checked("allocation", name) }) with { InList = true },
        Field.Text<Allocation>("owner", OwnerSince, a => a.Owner, (a, owner) => a with { Owner = owner }) with { InList = true, IsFixed = true },
        Field.Text<Allocation>("resource_class", 52, a => a.ResourceClass, (a, text) => a with { ResourceClass = text }) with { InList = true, IsFixed = true },
        Field.Text<Allocation>("state", 52, a => StateOf(a)) with { InList = true },
        Field.Texts<Allocation>("traits", 52, a => a.Traits, (a, list) => a with { Traits = [.. list.Select(TraitNames.Checked).Distinct()] }) with { InList = true, IsFixed = true },
        Field.Link<Allocation>("links", 52, a => $"allocations/{a.Uuid}") with { InList = true },
        Field.Uuid<Allocation>("node_uuid", 52, a => a.NodeUuid, (a, node) => a with { NodeUuid = node }) with { InList = true, IsFixed = true });

    protected override IReadOnlyList<string> Filters { get; } = ["node", "resource_class", "state", "owner"];

    protected override int TooOldToChange => StatusCodes.Status405MethodNotAllowed;

    protected override int PatchSince => UpdateSince;

    public override void Map(BaremetalRoutes routes)
    {
        base.Map(routes);
        routes.Get("/nodes/{id}/allocation", ShowOfNode, Since);
        routes.Delete("/nodes/{id}/allocation", RemoveOfNodeAsync, Since, TooOldToChange);
    }

    protected override Allocation New() => new();

    /// <summary>Nodes may be named by their names, which are looked up; a node that is named by itself runs its instance already, whose UUID is that of the allocation.</summary>
    protected override JsonElement Read(JsonElement body, ApiCall call)
    {
        if (body.TryGetProperty("node_uuid", out _)) throw BaremetalException.Bad("Schema error for allocation: Additional properties are not allowed ('node_uuid' was unexpected)");
        var read = JsonFields.From(body);
        if (body.TryGetProperty("candidate_nodes", out var candidates) && candidates.ValueKind != JsonValueKind.Null)
            read = read.With("candidate_nodes", new FieldValue("allocation", "candidate_nodes", candidates).Texts().Select(text => Meant(text).Uuid.ToString()));
        var named = body.TryGetProperty("node", out var value) ? new FieldValue("allocation", "node", value).Text() : null;
        read = read.Without("node");
        if (named is not null)
        {
            call.Needs(BackfillSince);
            var node = Meant(named);
            read = read.With("node_uuid", node.Uuid.ToString());
            if (!body.TryGetProperty("uuid", out _) && node.InstanceUuid is { } instance) read = read.With("uuid", instance.ToString());
            if (read.Text("resource_class") is null) read = read.With("resource_class", node.ResourceClass);
        }

        return read.ToElement();
    }

    protected override Task<Allocation> AddAsync(Allocation item)
    {
        if (item.NodeUuid is { } node) return allocator.BackfillAsync(item, node);
        if (item.ResourceClass is null) throw BaremetalException.Bad("The resource_class field is mandatory when not backfilling");
        if (item.ResourceClass.Length > LongestClass) throw BaremetalException.Bad($"Schema error for allocation: '{item.ResourceClass}' is too long. Failed validating 'resource_class'");
        return allocator.AddAsync(item);
    }

    protected override Task RemoveAsync(Allocation item) => allocator.RemoveAsync(item);

    protected override Func<Allocation, bool> Filter(ApiCall call)
    {
        if (call.Query("owner") is not null) call.Needs(OwnerSince);
        var node = call.Query("node") is { } text ? Meant(text).Uuid : (Guid?)null;
        return a => (node is null || a.NodeUuid == node)
            && (call.Query("resource_class") is not { } wanted || a.ResourceClass == wanted)
            && (call.Query("state") is not { } state || StateOf(a) == state)
            && (call.Query("owner") is not { } owner || a.Owner == owner);
    }

    private static string StateOf(Allocation allocation) => allocation.State.ToString().ToLowerInvariant();

    private ApiAnswer ShowOfNode(ApiCall call)
    {
        call.Takes("fields");
        return Answer(call, OfNode(call));
    }

    private async Task<ApiAnswer> RemoveOfNodeAsync(ApiCall call)
    {
        await RemoveAsync(OfNode(call));
        return ApiAnswer.NoContent;
    }

    private Allocation OfNode(ApiCall call)
    {
        return nodes.Get(call).AllocationUuid is { } uuid && All.Find(uuid) is { } allocation ? allocation : throw BaremetalException.NotFound($"Allocation for node {call.Route("id")} was not found");
    }

    private Node Meant(string text) => nodes.Find(text) ?? throw BaremetalException.Bad($"Node {text} could not be found.");
}
