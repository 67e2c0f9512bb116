using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.States;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>The fields of a node.</summary>
internal static class NodeFields
{
    private const int AvailableSince = 2;
    private const int InspectWaitSince = 39;

    /// <summary>The table of them, in the order in which Ironic shows them.</summary>
    /// <param name="nodes">Who works on a node at this moment.</param>
    /// <param name="conductor">What this appliance is called.</param>
    public static ResourceTable<Node> Table(NodeRegistry nodes, string conductor) => new(
        "node",
        Field.Uuid<Node>("uuid", 1, n => n.Uuid, (n, uuid) => n with { Uuid = uuid ?? n.Uuid }) with { IsFixed = true, InList = true },
        Field.Time<Node>("created_at", 1, n => n.CreatedAt),
        Field.Time<Node>("updated_at", 1, n => n.UpdatedAt),
        OptionalFlag("automated_clean", 47, n => n.AutomatedClean, (n, flag) => n with { AutomatedClean = flag }),
        Interface(InterfaceKind.Bios, 40),
        Interface(InterfaceKind.Boot, 31),
        Field.Text<Node>("boot_mode", 75, n => n.BootMode, (n, text) => n with { BootMode = text }) with { IsFixed = true },
        ReadOnly("clean_step", 7, n => n.CleanStep),
        Field.Text<Node>("conductor_group", 46, n => n.ConductorGroup, (n, text) => n with { ConductorGroup = (text ?? "").ToLowerInvariant() }),
        Field.Flag<Node>("console_enabled", 1, n => n.ConsoleEnabled, (n, flag) => n with { ConsoleEnabled = flag }) with { IsFixed = true },
        Interface(InterfaceKind.Console, 31),

        // Metal3 sends it from 1.89 on, and Ironic takes it there.
        Field.Flag<Node>("disable_power_off", 95, n => n.DisablePowerOff, (n, flag) => n with { DisablePowerOff = flag }) with { WrittenSince = 89 },
        Interface(InterfaceKind.Deploy, 31),
        ReadOnly("deploy_step", 44, n => n.DeployStep),
        Field.Text<Node>("description", 51, n => n.Description, (n, text) => n with { Description = text }),
        Field.Text<Node>("driver", 1, n => n.Driver) with { Set = (n, value) => n with { Driver = value.RequiredText() }, IsRequired = true },
        WithSecrets("driver_info", 1, n => n.DriverInfo, (n, info) => n with { DriverInfo = info }, NodeSecrets.IsSecret),
        WithSecrets("driver_internal_info", 3, n => n.DriverInternalInfo, null, NodeSecrets.IsSecret),
        Field.Object<Node>("extra", 1, n => n.Extra, (n, extra) => n with { Extra = extra }),
        Field.Text<Node>("fault", 42, n => n.Fault),
        Interface(InterfaceKind.Firmware, 86),
        Field.Time<Node>("inspection_finished_at", 6, n => n.InspectionFinishedAt),
        Field.Time<Node>("inspection_started_at", 6, n => n.InspectionStartedAt),
        Interface(InterfaceKind.Inspect, 31),
        WithSecrets("instance_info", 1, n => n.InstanceInfo, (n, info) => n with { InstanceInfo = info }, NodeSecrets.IsSecretOfInstance),
        Field.Uuid<Node>("instance_uuid", 1, n => n.InstanceUuid, (n, uuid) => n with { InstanceUuid = uuid }) with { InList = true },
        Field.Text<Node>("last_error", 1, n => n.LastError),
        Field.Text<Node>("lessee", 65, n => n.Lessee, (n, text) => n with { Lessee = text }),
        Field.Flag<Node>("maintenance", 1, n => n.Maintenance, (n, flag) => n with { Maintenance = flag }) with { InList = true },
        Field.Text<Node>("maintenance_reason", 1, n => n.MaintenanceReason),
        Interface(InterfaceKind.Management, 31),
        Field.Text<Node>("name", 5, n => n.Name, (n, text) => n with { Name = text }) with { InList = true },
        Field.Object<Node>("network_data", 66, n => n.NetworkData, (n, data) => n with { NetworkData = data }),
        Interface(InterfaceKind.Network, 20),
        Field.Text<Node>("owner", 50, n => n.Owner, (n, text) => n with { Owner = text }),
        Field.Uuid<Node>("parent_node", 83, n => n.ParentNode, (n, uuid) => n with { ParentNode = uuid }),
        Interface(InterfaceKind.Power, 31),
        Power("power_state", PowerRoute.Told) with { InList = true },
        Field.Object<Node>("properties", 1, n => n.Properties, (n, properties) => n with { Properties = properties }),
        Field.Flag<Node>("protected", 48, n => n.Protected, (n, flag) => n with { Protected = flag }) with { IsPatchOnly = true },
        Field.Text<Node>("protected_reason", 48, n => n.ProtectedReason, (n, text) => n with { ProtectedReason = text }) with { IsPatchOnly = true },
        ProvisionState,
        Field.Time<Node>("provision_updated_at", 1, n => n.ProvisionUpdatedAt),
        ReadOnly("raid_config", 12, n => n.RaidConfig),
        Interface(InterfaceKind.Raid, 31),
        Interface(InterfaceKind.Rescue, 38),
        Field.Text<Node>("reservation", 1, nodes.Reservation),
        Field.Text<Node>("resource_class", 21, n => n.ResourceClass, (n, text) => n with { ResourceClass = text }),
        Field.Flag<Node>("retired", 61, n => n.Retired, (n, flag) => n with { Retired = flag }),
        Field.Text<Node>("retired_reason", 61, n => n.RetiredReason, (n, text) => n with { RetiredReason = text }),
        OptionalFlag("secure_boot", 75, n => n.SecureBoot, (n, flag) => n with { SecureBoot = flag }) with { IsFixed = true },
        ReadOnly("service_step", 87, n => n.ServiceStep),
        Field.Text<Node>("shard", 82, n => n.Shard, (n, text) => n with { Shard = text }),
        Interface(InterfaceKind.Storage, 33),
        Power("target_power_state", n => n.TargetPowerState),
        Field.Text<Node>("target_provision_state", 1, n => n.TargetProvisionState?.ToApiString()),
        ReadOnly("target_raid_config", 12, n => n.TargetRaidConfig),
        Field.Texts<Node>("traits", 37, n => n.Traits),
        Interface(InterfaceKind.Vendor, 31),
        Field.Link<Node>("links", 1, n => $"nodes/{n.Uuid}") with { InList = true },
        Field.Text<Node>("conductor", 49, _ => conductor) with { SortBy = null },
        Field.Uuid<Node>("allocation_uuid", 52, n => n.AllocationUuid),
        Field.Uuid<Node>("chassis_uuid", 1, n => n.ChassisUuid, (n, uuid) => n with { ChassisUuid = uuid }),
        Field.Link<Node>("ports", 1, n => $"nodes/{n.Uuid}/ports"),
        Field.Link<Node>("states", 14, n => $"nodes/{n.Uuid}/states"),
        Field.Link<Node>("portgroups", 24, n => $"nodes/{n.Uuid}/portgroups"),
        Field.Link<Node>("volume", 32, n => $"nodes/{n.Uuid}/volume"));

    private static Field<Node> ProvisionState { get; } = new("provision_state", 1, (writer, node, call) =>
    {
        var state = node.ProvisionState;
        if (state == BootAppliance.Nodes.ProvisionState.InspectWait && !call.Version.Has(InspectWaitSince)) state = BootAppliance.Nodes.ProvisionState.Inspecting;
        if (state == BootAppliance.Nodes.ProvisionState.Available && !call.Version.Has(AvailableSince)) writer.WriteNullValue();
        else writer.WriteStringValue(state.ToApiString());
    })
    {
        InList = true,
        SortBy = node => node.ProvisionState.ToApiString(),
    };

    /// <summary>A text that is not there leads to the default of the driver, which is put in when everything is read.</summary>
    private static Field<Node> Interface(InterfaceKind kind, int since) => Field.Text<Node>(
        $"{kind.ToApiString()}_interface", since, n => n.Interfaces.Of(kind), (n, text) => n with { Interfaces = n.Interfaces.With(kind, text ?? "") });

    private static Field<Node> WithSecrets(string name, int since, Func<Node, JsonFields> get, Func<Node, JsonFields, Node>? set, Func<string, bool> isSecret) =>
        new(name, since, (writer, node, _) => NodeSecrets.Write(writer, get(node), isSecret))
        {
            Secret = (writer, node) => get(node).ToElement().WriteTo(writer),
            Set = set is null ? null : (node, value) => set(node, NodeSecrets.Restore(get(node), value.Object(), isSecret)),
        };

    private static Field<Node> OptionalFlag(string name, int since, Func<Node, bool?> get, Func<Node, bool?, Node> set) => new(name, since, (writer, node, _) =>
    {
        if (get(node) is { } flag) writer.WriteBooleanValue(flag);
        else writer.WriteNullValue();
    })
    {
        Set = (node, value) => set(node, value.Flag()),
        SortBy = node => get(node),
    };

    private static Field<Node> Power(string name, Func<Node, PowerState?> get) =>
        new(name, 1, (writer, node, _) => JsonSerializer.Serialize(writer, get(node))) { SortBy = node => get(node) };

    private static Field<Node> ReadOnly(string name, int since, Func<Node, JsonFields> get) => Field.Object(name, since, get);
}
