using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>One bare-metal machine, in Ironic's terms, at one moment.</summary>
public sealed record Node
{
    /// <summary>The node's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>The node's place among the nodes, counted from 1 as they are added and never used again; set by the registry.</summary>
    public long Number { get; init; }

    /// <summary>Its name, if it has one; no other node has it, in whatever case.</summary>
    public string? Name { get; init; }

    /// <summary>The hardware type, which says how the machine is controlled.</summary>
    public string Driver { get; init; } = "manual-management";

    /// <summary>Where the node is in its life; changed only through <see cref="NodeRegistry.ApplyAsync"/>.</summary>
    public ProvisionState ProvisionState { get; init; } = ProvisionState.Enroll;

    /// <summary>Where the node is being taken; null when it rests.</summary>
    public ProvisionState? TargetProvisionState { get; init; }

    /// <summary>When the provision state last changed.</summary>
    public DateTimeOffset? ProvisionUpdatedAt { get; init; }

    /// <summary>Whether the machine is powered, as far as that is known.</summary>
    public PowerState? PowerState { get; init; }

    /// <summary>What the instance needs: <c>kernel</c>, <c>ramdisk</c>, <c>kernel_append_params</c> and others; cleared when the instance is taken away.</summary>
    public JsonFields InstanceInfo { get; init; } = JsonFields.Empty;

    /// <summary>What the driver needs: addresses, credentials, <c>deploy_kernel</c> and others.</summary>
    public JsonFields DriverInfo { get; init; } = JsonFields.Empty;

    /// <summary>What the appliance itself keeps about the node; clients only read it.</summary>
    public JsonFields DriverInternalInfo { get; init; } = JsonFields.Empty;

    /// <summary>What the machine is: <c>cpu_arch</c>, <c>capabilities</c> and others.</summary>
    public JsonFields Properties { get; init; } = JsonFields.Empty;

    /// <summary>The operator's own notes.</summary>
    public JsonFields Extra { get; init; } = JsonFields.Empty;

    /// <summary>The identity of the instance that the node runs, if somebody gave it one.</summary>
    public Guid? InstanceUuid { get; init; }

    /// <summary>Who does each part of the work on the node.</summary>
    public NodeInterfaces Interfaces { get; init; } = new();

    /// <summary>Whether the operator keeps the node from being worked on.</summary>
    public bool Maintenance { get; init; }

    /// <summary>Why the node is in maintenance.</summary>
    public string? MaintenanceReason { get; init; }

    /// <summary>What the appliance itself put the node into maintenance for, as in <c>power failure</c>; null when it did not.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether the instance is guarded against being taken away or rebuilt.</summary>
    public bool Protected { get; init; }

    /// <summary>Why the node is protected.</summary>
    public string? ProtectedReason { get; init; }

    /// <summary>Whether the node gets no new instance; when its last one is taken away it ends in <c>manageable</c>.</summary>
    public bool Retired { get; init; }

    /// <summary>Why the node is retired.</summary>
    public string? RetiredReason { get; init; }

    /// <summary>Whether the node is cleaned between instances; null: as the settings say.</summary>
    public bool? AutomatedClean { get; init; }

    /// <summary>Whether the machine must never be powered off.</summary>
    public bool DisablePowerOff { get; init; }

    /// <summary>What the node is offered as, for allocations.</summary>
    public string? ResourceClass { get; init; }

    /// <summary>What the node can do, in the order in which it was said; allocations ask for it.</summary>
    public ImmutableArray<string> Traits { get; init; } = [];

    /// <summary>The operator's words about the node.</summary>
    public string? Description { get; init; }

    /// <summary>Whose node it is.</summary>
    public string? Owner { get; init; }

    /// <summary>Who uses it.</summary>
    public string? Lessee { get; init; }

    /// <summary>The group of conductors that it is for; there is one conductor here, which serves all of them.</summary>
    public string ConductorGroup { get; init; } = "";

    /// <summary>The operator's own division of nodes.</summary>
    public string? Shard { get; init; }

    /// <summary>The node that this one is a part of.</summary>
    public Guid? ParentNode { get; init; }

    /// <summary>The chassis that it is in.</summary>
    public Guid? ChassisUuid { get; init; }

    /// <summary>The allocation that holds it.</summary>
    public Guid? AllocationUuid { get; init; }

    /// <summary>The static network of the agent and of the instance, in the format of OpenStack's <c>network_data.json</c>.</summary>
    public JsonFields NetworkData { get; init; } = JsonFields.Empty;

    /// <summary>Where the machine's power is being taken; null when it rests.</summary>
    public PowerState? TargetPowerState { get; init; }

    /// <summary><c>bios</c> or <c>uefi</c>, as far as that is known.</summary>
    public string? BootMode { get; init; }

    /// <summary>Whether Secure Boot is on, as far as that is known.</summary>
    public bool? SecureBoot { get; init; }

    /// <summary>Whether the console is on.</summary>
    public bool ConsoleEnabled { get; init; }

    /// <summary>The clean step under way.</summary>
    public JsonFields CleanStep { get; init; } = JsonFields.Empty;

    /// <summary>The deploy step under way.</summary>
    public JsonFields DeployStep { get; init; } = JsonFields.Empty;

    /// <summary>The service step under way.</summary>
    public JsonFields ServiceStep { get; init; } = JsonFields.Empty;

    /// <summary>The RAID volumes that the machine has.</summary>
    public JsonFields RaidConfig { get; init; } = JsonFields.Empty;

    /// <summary>The RAID volumes that it shall have.</summary>
    public JsonFields TargetRaidConfig { get; init; } = JsonFields.Empty;

    /// <summary>When the inspection under way began; null when none is.</summary>
    public DateTimeOffset? InspectionStartedAt { get; init; }

    /// <summary>When the last inspection ended well.</summary>
    public DateTimeOffset? InspectionFinishedAt { get; init; }

    /// <summary>What went wrong last; null after the next success.</summary>
    public string? LastError { get; init; }

    /// <summary>When the node was added; set by the registry.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the node was last changed; null when it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The machine's network interfaces.</summary>
    public ImmutableArray<Port> Ports { get; init; } = [];

    /// <summary>The network interfaces that work as one.</summary>
    public ImmutableArray<PortGroup> PortGroups { get; init; } = [];

    /// <summary>How the machine reaches remote volumes.</summary>
    public ImmutableArray<VolumeConnector> VolumeConnectors { get; init; } = [];

    /// <summary>The remote volumes that it uses.</summary>
    public ImmutableArray<VolumeTarget> VolumeTargets { get; init; } = [];

    /// <summary>Fields that a newer version of this program stored; they are kept as they are.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>What people call the node: its name, or its UUID where it has none.</summary>
    [JsonIgnore]
    public string Label => Name ?? Uuid.ToString();

    /// <summary>The identities of the node's ports, port groups, volume connectors and volume targets.</summary>
    [JsonIgnore]
    public IEnumerable<Guid> Parts =>
        Ports.Select(p => p.Uuid).Concat(PortGroups.Select(g => g.Uuid)).Concat(VolumeConnectors.Select(c => c.Uuid)).Concat(VolumeTargets.Select(t => t.Uuid));

    /// <summary>What else than their identity the node's parts are known by.</summary>
    [JsonIgnore]
    public IEnumerable<PartName> PartNames =>
        Ports.SelectMany(p => p.Names).Concat(PortGroups.SelectMany(g => g.Names)).Concat(VolumeConnectors.SelectMany(c => c.Names)).Concat(VolumeTargets.SelectMany(t => t.Names));

    /// <summary>Whether one of the node's parts has this identity.</summary>
    public bool HasPart(Guid uuid) => Parts.Contains(uuid);

    /// <summary>Whether one of the node's ports has this address.</summary>
    public bool HasPort(MacAddress address)
    {
        foreach (var port in Ports)
        {
            if (port.Address == address) return true;
        }

        return false;
    }

    /// <summary>The node with the dates of its parts: those of before that are not the same any more were changed now, new ones were added now.</summary>
    internal Node WithDates(Node? before, DateTimeOffset now) => this with
    {
        Ports = Dated(Ports, before?.Ports, p => p.CreatedAt, p => p with { CreatedAt = now }, p => p with { UpdatedAt = now }),
        PortGroups = Dated(PortGroups, before?.PortGroups, g => g.CreatedAt, g => g with { CreatedAt = now }, g => g with { UpdatedAt = now }),
        VolumeConnectors = Dated(VolumeConnectors, before?.VolumeConnectors, c => c.CreatedAt, c => c with { CreatedAt = now }, c => c with { UpdatedAt = now }),
        VolumeTargets = Dated(VolumeTargets, before?.VolumeTargets, t => t.CreatedAt, t => t with { CreatedAt = now }, t => t with { UpdatedAt = now }),
    };

    private static ImmutableArray<T> Dated<T>(ImmutableArray<T> parts, ImmutableArray<T>? before, Func<T, DateTimeOffset> created, Func<T, T> asNew, Func<T, T> asChanged)
        where T : class, INodePart =>
        parts == before ? parts : [.. parts.Select(part =>
        {
            if (created(part) == default) return asNew(part);
            var old = before is { } those ? those.FirstOrDefault(p => p.Uuid == part.Uuid) : null;
            return old is null || old.Equals(part) ? part : asChanged(part);
        })];
}
