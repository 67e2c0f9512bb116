using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Versions;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>What Ironic allows to be changed of a node, and when.</summary>
internal sealed class NodeChanges(HardwareTypes drivers)
{
    private const int LongestText = 255;
    private const int LongestDescription = 4096;
    private const int LongestResourceClass = 80;
    private const int UnsetChassisSince = 25;
    private const int NamesSince = 5;

    // Words that stand behind /v1/nodes/ in paths of their own.
    private static readonly string[] reservedNames = ["maintenance", "management", "states", "vendor_passthru", "detail", "validate"];

    // Of OpenStack's network_data.json only the outline: what is in it is for the agent and the instance.
    private static readonly string[] networkDataLists = ["links", "networks", "services"];

    private static readonly ProvisionState[] interfacesChangeIn =
        [ProvisionState.Enroll, ProvisionState.Inspecting, ProvisionState.InspectWait, ProvisionState.Manageable, ProvisionState.Available];

    /// <summary>No interface named at all, so that the defaults of the driver take the places.</summary>
    public static NodeInterfaces NoInterfaces { get; } = InterfaceKinds.All.Aggregate(new NodeInterfaces(), (none, kind) => none.With(kind, ""));

    /// <summary>Refuses a change of a node that is on its way from one state to another.</summary>
    /// <param name="node">The node as it is.</param>
    /// <param name="text">What the client called it.</param>
    /// <param name="patch">The change.</param>
    public static void CheckState(Node node, string text, JsonPatch patch)
    {
        // An instance that is gone is taken off its node whatever the node's state, so that an operator gets out of it.
        if (node.Maintenance && patch.Operations is [{ Operation: "remove", Pointer: "/instance_uuid" }]) return;
        if (node.TargetProvisionState is not null && !node.ProvisionState.Has(ProvisionTraits.UpdateAllowed))
            throw BaremetalException.Conflict($"Node {text} can not be updated while a state transition is in progress.");
        if (node.ProvisionState == ProvisionState.Inspecting)
            throw BaremetalException.Conflict($"Cannot update node \"{node.Uuid}\" while it is in state \"inspecting\".");
    }

    /// <summary>What a new node becomes with the defaults of its driver; refused where it cannot be.</summary>
    public Node Complete(Node node)
    {
        if (node.Name is { } name) CheckWord(name);
        CheckValues(node, "create");
        return WithDefaults(node);
    }

    /// <summary>What a node becomes by a change; refused where Ironic would.</summary>
    /// <param name="before">The node before it.</param>
    /// <param name="after">The node with what the client wrote.</param>
    /// <param name="version">The version that the client speaks.</param>
    /// <param name="resetInterfaces">Whether interfaces that the client did not name get the defaults of the node's new driver.</param>
    public Node Complete(Node before, Node after, ApiVersion version, bool resetInterfaces)
    {
        if (after.Name is { } name && name != before.Name) CheckWord(name);
        if (!version.Has(NamesSince) && after.Name != before.Name) throw BaremetalException.TooNew();
        if (before.ChassisUuid is not null && after.ChassisUuid is null && !version.Has(UnsetChassisSince)) throw BaremetalException.TooNew();
        CheckValues(after, "update");
        if (resetInterfaces) after = after with { Interfaces = Reset(before.Interfaces, after.Interfaces) };
        if (after.Driver != before.Driver || after.Interfaces != before.Interfaces) after = WithDefaults(after);
        CheckInterfaces(before, after);
        CheckInstance(before, after);
        return Consequences(before, after);
    }

    /// <summary>The node with the default of its driver wherever it names no interface; refused where driver or interface are none, or do not fit.</summary>
    private Node WithDefaults(Node node)
    {
        var type = drivers.Find(node.Driver)
            ?? throw BaremetalException.Bad($"No valid host was found. Reason: No conductor service registered which supports driver {node.Driver} for conductor group \"{node.ConductorGroup}\".");
        var unnamed = InterfaceKinds.All.Where(kind => node.Interfaces.Of(kind).Length == 0);
        var complete = node with { Interfaces = unnamed.Aggregate(node.Interfaces, (interfaces, kind) => interfaces.With(kind, type.Defaults.Of(kind))) };
        drivers.Check(complete);
        return complete;
    }

    private static NodeInterfaces Reset(NodeInterfaces before, NodeInterfaces after) =>
        InterfaceKinds.All.Aggregate(after, (interfaces, kind) => after.Of(kind) == before.Of(kind) ? interfaces.With(kind, "") : interfaces);

    private static void CheckWord(string name)
    {
        if (reservedNames.Contains(name))
            throw BaremetalException.Bad($"The word \"{name}\" is reserved and can not be used as a node name. Reserved words are: {string.Join(", ", reservedNames)}.");
    }

    private static void CheckValues(Node node, string action)
    {
        if (node.Description?.Length > LongestDescription) throw BaremetalException.Bad($"Cannot {action} node with description exceeding {LongestDescription} characters");
        if (node.ResourceClass?.Length > LongestResourceClass) throw TooLong("resource_class", LongestResourceClass);
        (string Field, string? Text)[] texts =
        [
            ("conductor_group", node.ConductorGroup), ("driver", node.Driver), ("lessee", node.Lessee), ("owner", node.Owner), ("shard", node.Shard), ("boot_mode", node.BootMode),
            ("protected_reason", node.ProtectedReason), ("retired_reason", node.RetiredReason),
        ];
        foreach (var (field, text) in texts)
        {
            if (text?.Length > LongestText) throw TooLong(field, LongestText);
        }

        foreach (var member in node.NetworkData.ToElement().EnumerateObject())
        {
            if (!networkDataLists.Contains(member.Name)) throw BaremetalException.Bad($"Invalid network_data: Additional properties are not allowed ('{member.Name}' was unexpected)");
            if (member.Value.ValueKind != JsonValueKind.Array || member.Value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
                throw BaremetalException.Bad($"Invalid network_data: {member.Name} is not a list of objects");
        }
    }

    private static BaremetalException TooLong(string field, int limit) => BaremetalException.Bad($"Schema error for node: {field} is longer than {limit} characters. Failed validating 'maxLength'");

    private static void CheckInterfaces(Node before, Node after)
    {
        if (after.Driver != before.Driver && before.ConsoleEnabled)
            throw BaremetalException.Conflict($"Node {before.Label} can not update the driver while the console is enabled. Please stop the console first.");
        foreach (var kind in InterfaceKinds.All.Where(kind => after.Interfaces.Of(kind) != before.Interfaces.Of(kind))) CheckIsIdle(before, $"{kind.ToApiString()}_interface", orInMaintenance: true);
        if (before.ResourceClass is not null && after.ResourceClass != before.ResourceClass) CheckIsIdle(before, "resource_class", orInMaintenance: false);
    }

    private static void CheckInstance(Node before, Node after)
    {
        if (before.InstanceUuid is { } instance && after.InstanceUuid is { } other && instance != other)
            throw BaremetalException.Conflict($"Node {before.Uuid} is associated with instance {instance}.");
        if (before.AllocationUuid is not null && before.InstanceUuid is not null && after.InstanceUuid is null) CheckIsIdle(before, "instance_uuid", orInMaintenance: true);
        if (after.Protected && !before.Protected && before.ProvisionState is not (ProvisionState.Active or ProvisionState.Rescue))
            throw BaremetalException.Conflict($"Node {before.Uuid} can only be made protected in provision states 'active' or 'rescue', the current state is '{before.ProvisionState.ToApiString()}'");
        if (after.Retired && !before.Retired && before.ProvisionState == ProvisionState.Available)
            throw BaremetalException.Conflict($"Node {before.Uuid} can not have 'retired' set in provision state 'available', the current state is 'available'");
    }

    private static void CheckIsIdle(Node node, string field, bool orInMaintenance)
    {
        if (interfacesChangeIn.Contains(node.ProvisionState) || (orInMaintenance && node.Maintenance)) return;
        throw BaremetalException.Conflict(
            $"Node {node.Uuid} can not have {field} updated unless it is in one of allowed ({string.Join(", ", interfacesChangeIn.Select(s => s.ToApiString()))}) states or in maintenance mode.");
    }

    /// <summary>A reason goes with what it was the reason for.</summary>
    private static Node Consequences(Node before, Node after) => after with
    {
        MaintenanceReason = after.Maintenance ? after.MaintenanceReason : null,
        Fault = after.Maintenance ? after.Fault : null,
        ProtectedReason = after.Protected || !before.Protected ? after.ProtectedReason : null,
        RetiredReason = after.Retired || !before.Retired ? after.RetiredReason : null,
    };
}
