using System.Collections.Immutable;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Ports;

/// <summary><c>/v1/ports</c>: the network interfaces of the nodes.</summary>
internal sealed class PortRoutes(NodeRegistry nodes) : PartRoutes<Port>("ports", "ports", "Port", 1, table, nodes)
{
    private const int PortGroupsSince = 24;
    private const int ShardsSince = 82;
    private const int NodeNamesSince = 94;

    private static readonly ResourceTable<PartOf<Port>> table = new(
        "port",
        Field.Uuid<PartOf<Port>>("uuid", 1, p => p.Part.Uuid, (p, uuid) => p with { Part = p.Part with { Uuid = uuid ?? p.Part.Uuid } }) with { InList = true, IsFixed = true },
        Field.Time<PartOf<Port>>("created_at", 1, p => p.Part.CreatedAt),
        Field.Time<PartOf<Port>>("updated_at", 1, p => p.Part.UpdatedAt),
        Field.Mac<PartOf<Port>>("address", 1, p => p.Part.Address, (p, value) => p with { Part = p.Part with { Address = value.RequiredMac() } }) with { InList = true, IsRequired = true },
        Field.Object<PartOf<Port>>("extra", 1, p => p.Part.Extra, (p, extra) => p with { Part = p.Part with { Extra = extra } }),
        Field.Object<PartOf<Port>>("internal_info", 18, p => p.Part.InternalInfo),
        Field.Flag<PartOf<Port>>("is_smartnic", 53, p => p.Part.IsSmartNic, (p, flag) => p with { Part = p.Part with { IsSmartNic = flag } }),
        Field.Object<PartOf<Port>>("local_link_connection", 19, p => p.Part.LocalLinkConnection, (p, link) => p with { Part = p.Part with { LocalLinkConnection = LocalLink.Checked(link) } }),
        Field.Text<PartOf<Port>>("physical_network", 34, p => p.Part.PhysicalNetwork, (p, text) => p with { Part = p.Part with { PhysicalNetwork = text } }),
        Field.Flag<PartOf<Port>>("pxe_enabled", 19, p => p.Part.PxeEnabled) with { Set = (p, value) => p with { Part = p.Part with { PxeEnabled = value.Flag() ?? true } } },
        Field.Uuid<PartOf<Port>>("node_uuid", 1, p => p.NodeUuid) with { Set = (p, value) => p with { NodeUuid = value.RequiredUuid() }, IsRequired = true },
        Field.Text<PartOf<Port>>("name", 88, p => p.Part.Name, (p, name) => p with { Part = p.Part with { Name = PartNames.Checked("port", name) } }),
        Field.Link<PartOf<Port>>("links", 1, p => $"ports/{p.Part.Uuid}") with { InList = true },
        Field.Uuid<PartOf<Port>>("portgroup_uuid", PortGroupsSince, p => p.Part.PortGroupUuid, (p, group) => p with { Part = p.Part with { PortGroupUuid = group } }));

    protected override bool HasDetailPath => true;

    protected override IReadOnlyList<string> Filters { get; } = ["node", "node_uuid", "address", "portgroup", "shard"];

    public override void Map(BaremetalRoutes routes)
    {
        base.Map(routes);
        MapList(routes, "/portgroups/{group}/ports", PortGroupsSince, [], (call, marker) => InGroup(call.Route("group"), marker));
    }

    /// <summary>The node may be named by its name, which is looked up.</summary>
    protected override JsonElement Read(JsonElement body, ApiCall call)
    {
        if (!call.Version.Has(NodeNamesSince) || !body.TryGetProperty("node_uuid", out var value) || value.ValueKind != JsonValueKind.String) return body;
        var text = value.GetString()!;
        if (Guid.TryParse(text, out _)) return body;
        var node = Nodes.FindByName(text) ?? throw BaremetalException.Bad($"Node {text} could not be found.");
        return JsonFields.From(body).With("node_uuid", node.Uuid.ToString()).ToElement();
    }

    protected override PartOf<Port> New() => new(default, new Port { Address = default });

    protected override ImmutableArray<Port> PartsOf(Node node) => node.Ports;

    protected override Node With(Node node, ImmutableArray<Port> parts) => node with { Ports = parts };

    protected override PartName? Named(string text) => Port.Named(text);

    protected override IEnumerable<PartOf<Port>> Select(ApiCall call, Guid? marker)
    {
        if (call.Query("portgroup") is { } group)
        {
            call.Needs(PortGroupsSince);
            return InGroup(group, marker);
        }

        if (Address(call) is not { } mac) return base.Select(call, marker);
        return Nodes.FindByMac(mac) is { } node ? Of(node, marker) : [];
    }

    protected override Func<PartOf<Port>, bool> Filter(ApiCall call)
    {
        List<Func<PartOf<Port>, bool>> all = [];
        if (Address(call) is { } mac) all.Add(port => port.Part.Address == mac);
        if (AskedNode(call) is { } node) all.Add(port => port.NodeUuid == node.Uuid);
        if (call.Query("shard")?.Split(',') is { } shards)
        {
            call.Needs(ShardsSince);
            all.Add(port => Nodes.FindByUuid(port.NodeUuid)?.Shard is { } shard && shards.Contains(shard));
        }

        return port => all.TrueForAll(condition => condition(port));
    }

    private static MacAddress? Address(ApiCall call) => call.Query("address") is not { } text ? null
        : MacAddress.TryParse(text, out var mac) ? mac : throw BaremetalException.Bad($"Expected valid MAC address for address: {text}");

    protected override void Check(Node node, Port? before, Port? after)
    {
        if (after is null)
        {
            if (before!.InternalInfo.Text(NodeVifs.Field) is not null && node is { ProvisionState: ProvisionState.Active, Maintenance: false })
                throw BaremetalException.Conflict($"Cannot delete the port {before.Uuid} as node {node.Uuid} is active and has a VIF attached to it");
            return;
        }

        if (after.Address != before?.Address && Nodes.FindByMac(after.Address) is not null) throw BaremetalException.Conflict($"A port with MAC address {after.Address} already exists.");
        if (after.PortGroupUuid is { } group && group != before?.PortGroupUuid && node.PortGroups.All(g => g.Uuid != group))
        {
            throw BaremetalException.Bad(Nodes.FindByPart(group) is null
                ? $"Portgroup {group} could not be found."
                : $"Port {after.Uuid} cannot be a member of portgroup {group}, which belongs to another node than {node.Uuid}");
        }

        if (before is not null) CheckChange(node, before, after);
    }

    protected override void CheckMove(Node from, Node to, Port before, Port after)
    {
        Check(from, before, after: null);
        if (after.Address != before.Address || after.Name != before.Name)
            throw BaremetalException.Bad($"Port {before.Uuid} cannot get another address or name while it is moved to node {to.Uuid}: change that by itself.");
        if (after.PortGroupUuid is { } group && to.PortGroups.All(g => g.Uuid != group))
            throw BaremetalException.Bad($"Port {after.Uuid} cannot be a member of portgroup {group}, which belongs to another node than {to.Uuid}");
        CheckChange(from, before, after, isMoved: true);
        CheckChange(to, before, after, isMoved: true);
    }

    /// <summary>What a machine in use is plugged into is not changed behind its back.</summary>
    private static void CheckChange(Node node, Port before, Port after, bool isMoved = false)
    {
        if (node.Maintenance) return;
        if (after.Address != before.Address && (node.ProvisionState == ProvisionState.Active || node.InstanceUuid is not null))
            throw BaremetalException.Conflict($"Cannot update hardware address for port {before.Uuid} as node {node.Uuid} is active or has active instance");
        if (node.ProvisionState is ProvisionState.Enroll or ProvisionState.Inspecting or ProvisionState.InspectWait or ProvisionState.Manageable) return;
        string[] changed =
        [
            .. isMoved ? ["node_id"] : Array.Empty<string>(),
            .. after.PortGroupUuid != before.PortGroupUuid ? ["portgroup_id"] : Array.Empty<string>(),
            .. after.PxeEnabled != before.PxeEnabled ? ["pxe_enabled"] : Array.Empty<string>(),
            .. !after.LocalLinkConnection.Equals(before.LocalLinkConnection) ? ["local_link_connection"] : Array.Empty<string>(),
            .. after.PhysicalNetwork != before.PhysicalNetwork ? ["physical_network"] : Array.Empty<string>(),
        ];
        if (changed.Length > 0)
        {
            throw BaremetalException.Conflict($"Port {before.Uuid} can not have any connectivity attributes ({string.Join(", ", changed)}) updated unless node {node.Uuid} is in a "
                + $"enroll, inspecting, inspect wait, manageable state or in maintenance mode. The current state is {node.ProvisionState.ToApiString()}.");
        }
    }

    private IEnumerable<PartOf<Port>> InGroup(string text, Guid? marker)
    {
        var node = (Guid.TryParse(text, out var uuid) ? Nodes.FindByPart(uuid) : Nodes.FindByPart(PortGroup.Named(text)))
            ?? throw BaremetalException.NotFound($"Portgroup {text} could not be found.");
        var group = node.PortGroups.FirstOrDefault(g => g.Uuid == uuid || g.Name == text) ?? throw BaremetalException.NotFound($"Portgroup {text} could not be found.");
        return Of(node, marker).Where(p => p.Part.PortGroupUuid == group.Uuid);
    }
}
