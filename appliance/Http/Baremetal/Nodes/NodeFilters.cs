using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>Which nodes a list has: every argument of the query leaves some out.</summary>
internal static class NodeFilters
{
    private static readonly (string Name, int Since)[] arguments =
    [
        ("instance_uuid", 1), ("associated", 1), ("maintenance", 1), ("chassis_uuid", 1), ("provision_state", 9), ("driver", 16), ("resource_class", 21), ("fault", 42),
        ("conductor_group", 46), ("conductor", 49), ("owner", 50), ("project", 50), ("description_contains", 51), ("retired", 61), ("lessee", 65), ("shard", 82), ("sharded", 82),
        ("parent_node", 83), ("include_children", 83),
    ];

    private static readonly string[] faults = ["power failure", "clean failure", "rescue abort failure", "service failure"];

    /// <summary>The names of the arguments.</summary>
    public static IEnumerable<string> Arguments => arguments.Select(a => a.Name);

    /// <summary>What the query asks for.</summary>
    /// <param name="call">The request.</param>
    /// <param name="conductor">What this appliance is called.</param>
    public static Func<Node, bool> Read(ApiCall call, string conductor)
    {
        foreach (var (name, since) in arguments)
        {
            if (call.Query(name) is not null) call.Needs(since);
        }

        List<Func<Node, bool>> all = [];
        Flag("associated", n => n.InstanceUuid is not null);
        Flag("maintenance", n => n.Maintenance);
        Flag("retired", n => n.Retired);
        Flag("sharded", n => n.Shard is not null);
        Uuid("instance_uuid", n => n.InstanceUuid);
        Uuid("chassis_uuid", n => n.ChassisUuid);
        Text("driver", n => n.Driver);
        Text("resource_class", n => n.ResourceClass);
        Text("conductor_group", n => n.ConductorGroup);
        Text("conductor", _ => conductor);
        Text("owner", n => n.Owner);
        Text("lessee", n => n.Lessee);
        if (call.Query("provision_state") is { } stateText)
        {
            if (!ProvisionStates.TryParse(stateText, out var state)) throw BaremetalException.Bad($"Provision state \"{stateText}\" is not valid");
            all.Add(n => n.ProvisionState == state);
        }

        if (call.Query("fault") is { } fault)
        {
            if (!faults.Contains(fault)) throw BaremetalException.Bad($"Unrecognized fault \"{fault}\" is specified, allowed faults are {string.Join(", ", faults)}");
            all.Add(n => n.Fault == fault);
        }

        if (call.Query("project") is { } project) all.Add(n => n.Owner == project || n.Lessee == project);
        if (call.Query("description_contains") is { } words) all.Add(n => n.Description?.Contains(words, StringComparison.OrdinalIgnoreCase) == true);
        if (call.Query("shard")?.Split(',') is { } shards) all.Add(n => n.Shard is not null && shards.Contains(n.Shard));

        // A part of a machine is listed with its machine only, unless somebody asks for it.
        if (call.Uuid("parent_node") is { } parent) all.Add(n => n.ParentNode == parent);
        else if (call.Flag("include_children") != true) all.Add(n => n.ParentNode is null);
        return node => all.TrueForAll(condition => condition(node));

        void Flag(string name, Func<Node, bool> get)
        {
            if (call.Flag(name) is { } wanted) all.Add(node => get(node) == wanted);
        }

        void Uuid(string name, Func<Node, Guid?> get)
        {
            if (call.Uuid(name) is { } wanted) all.Add(node => get(node) == wanted);
        }

        void Text(string name, Func<Node, string?> get)
        {
            if (call.Query(name) is { } wanted) all.Add(node => get(node) == wanted);
        }
    }
}
