using System.Collections.Immutable;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.PortGroups;

/// <summary><c>/v1/portgroups</c>: network interfaces of a node that work as one.</summary>
internal sealed class PortGroupRoutes(NodeRegistry nodes) : PartRoutes<PortGroup>("portgroups", "portgroups", "Portgroup", 23, table, nodes)
{
    private const int ModeSince = 26;

    private static readonly ResourceTable<PartOf<PortGroup>> table = new(
        "portgroup",
        Field.Uuid<PartOf<PortGroup>>("uuid", 23, g => g.Part.Uuid, (g, uuid) => g with { Part = g.Part with { Uuid = uuid ?? g.Part.Uuid } }) with { InList = true, IsFixed = true },
        Field.Time<PartOf<PortGroup>>("created_at", 23, g => g.Part.CreatedAt),
        Field.Time<PartOf<PortGroup>>("updated_at", 23, g => g.Part.UpdatedAt),
        Field.Mac<PartOf<PortGroup>>("address", 23, g => g.Part.Address, (g, value) => g with { Part = g.Part with { Address = value.Mac() } }) with { InList = true },
        Field.Object<PartOf<PortGroup>>("extra", 23, g => g.Part.Extra, (g, extra) => g with { Part = g.Part with { Extra = extra } }),
        Field.Object<PartOf<PortGroup>>("internal_info", 23, g => g.Part.InternalInfo),
        Field.Text<PartOf<PortGroup>>("mode", ModeSince, g => g.Part.Mode, (g, mode) => g with { Part = g.Part with { Mode = mode ?? "active-backup" } }),
        Field.Text<PartOf<PortGroup>>("name", 23, g => g.Part.Name, (g, name) => g with { Part = g.Part with { Name = PartNames.Checked("portgroup", name) } }) with { InList = true },
        Field.Object<PartOf<PortGroup>>("properties", ModeSince, g => g.Part.Properties, (g, properties) => g with { Part = g.Part with { Properties = properties } }),
        Field.Flag<PartOf<PortGroup>>("standalone_ports_supported", 23, g => g.Part.StandalonePortsSupported) with
        {
            Set = (g, value) => g with { Part = g.Part with { StandalonePortsSupported = value.Flag() ?? true } },
        },
        Field.Uuid<PartOf<PortGroup>>("node_uuid", 23, g => g.NodeUuid) with { Set = (g, value) => g with { NodeUuid = value.RequiredUuid() }, IsRequired = true },
        Field.Link<PartOf<PortGroup>>("links", 23, g => $"portgroups/{g.Part.Uuid}") with { InList = true },
        Field.Link<PartOf<PortGroup>>("ports", 24, g => $"portgroups/{g.Part.Uuid}/ports"));

    protected override bool HasDetailPath => true;

    protected override int SinceAtNode => 24;

    protected override IReadOnlyList<string> Filters { get; } = ["node", "address"];

    protected override PartOf<PortGroup> New() => new(default, new PortGroup());

    protected override ImmutableArray<PortGroup> PartsOf(Node node) => node.PortGroups;

    protected override Node With(Node node, ImmutableArray<PortGroup> parts) => node with { PortGroups = parts };

    protected override PartName? Named(string text) => PortGroup.Named(text);

    protected override Func<PartOf<PortGroup>, bool> Filter(ApiCall call)
    {
        if (call.Query("address") is not { } text) return _ => true;
        return MacAddress.TryParse(text, out var mac) ? group => group.Part.Address == mac : throw BaremetalException.Bad($"Expected valid MAC address for address: {text}");
    }

    protected override void Check(Node node, PortGroup? before, PortGroup? after)
    {
        if (after is null)
        {
            if (node.Ports.Any(port => port.PortGroupUuid == before!.Uuid)) throw BaremetalException.Bad($"Cannot complete the requested action because portgroup {before!.Uuid} contains ports.");
            return;
        }

        if (before is null || node.Maintenance) return;
        if (after.Address != before.Address && (node.ProvisionState == ProvisionState.Active || node.InstanceUuid is not null))
            throw BaremetalException.Conflict($"Cannot update hardware address for portgroup {before.Uuid} as node {node.Uuid} is active or has active instance");
    }
}
