using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>One bare-metal machine, in Ironic's terms, at one moment.</summary>
public sealed record Node
{
    /// <summary>The node's identity.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

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

    /// <summary>How the node boots from the network.</summary>
    public string BootInterface { get; init; } = "ipxe";

    /// <summary>How an instance is given to the node; <c>ramdisk</c> boots its kernel and ramdisk from the network on every start.</summary>
    public string DeployInterface { get; init; } = "ramdisk";

    /// <summary>Whether the operator keeps the node from being worked on.</summary>
    public bool Maintenance { get; init; }

    /// <summary>Why the node is in maintenance.</summary>
    public string? MaintenanceReason { get; init; }

    /// <summary>Whether the instance is guarded against being taken away or rebuilt.</summary>
    public bool Protected { get; init; }

    /// <summary>Why the node is protected.</summary>
    public string? ProtectedReason { get; init; }

    /// <summary>What went wrong last; null after the next success.</summary>
    public string? LastError { get; init; }

    /// <summary>When the node was added; set by the registry.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the node was last changed; null when it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The machine's network interfaces.</summary>
    public ImmutableArray<Port> Ports { get; init; } = [];

    /// <summary>Fields that a newer version of this program stored; they are kept as they are.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>What people call the node: its name, or its UUID where it has none.</summary>
    [JsonIgnore]
    public string Label => Name ?? Uuid.ToString();

    /// <summary>Whether one of the node's ports has this address.</summary>
    public bool HasPort(MacAddress address)
    {
        foreach (var port in Ports)
        {
            if (port.Address == address) return true;
        }

        return false;
    }
}
