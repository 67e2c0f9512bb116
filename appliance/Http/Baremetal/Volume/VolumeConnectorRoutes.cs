using System.Collections.Immutable;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Volume;

/// <summary><c>/v1/volume/connectors</c>: how nodes reach remote volumes.</summary>
internal sealed class VolumeConnectorRoutes(NodeRegistry nodes) : PartRoutes<VolumeConnector>("connectors", "volume/connectors", "Volume connector", 32, table, nodes)
{
    private static readonly ResourceTable<PartOf<VolumeConnector>> table = new(
        "volume connector",
        Field.Uuid<PartOf<VolumeConnector>>("uuid", 32, c => c.Part.Uuid, (c, uuid) => c with { Part = c.Part with { Uuid = uuid ?? c.Part.Uuid } }) with { InList = true, IsFixed = true },
        Field.Time<PartOf<VolumeConnector>>("created_at", 32, c => c.Part.CreatedAt),
        Field.Time<PartOf<VolumeConnector>>("updated_at", 32, c => c.Part.UpdatedAt),
        Field.Text<PartOf<VolumeConnector>>("connector_id", 32, c => c.Part.ConnectorId) with
        {
            Set = (c, value) => c with { Part = c.Part with { ConnectorId = value.RequiredText() } },
            InList = true,
            IsRequired = true,
        },
        Field.Object<PartOf<VolumeConnector>>("extra", 32, c => c.Part.Extra, (c, extra) => c with { Part = c.Part with { Extra = extra } }),
        Field.Text<PartOf<VolumeConnector>>("type", 32, c => c.Part.Type) with { Set = (c, value) => c with { Part = c.Part with { Type = value.RequiredText() } }, InList = true, IsRequired = true },
        Field.Uuid<PartOf<VolumeConnector>>("node_uuid", 32, c => c.NodeUuid) with { Set = (c, value) => c with { NodeUuid = value.RequiredUuid() }, InList = true, IsRequired = true },
        Field.Link<PartOf<VolumeConnector>>("links", 32, c => $"volume/connectors/{c.Part.Uuid}") with { InList = true });

    protected override IReadOnlyList<string> Filters { get; } = ["node"];

    protected override PartOf<VolumeConnector> New() => new(default, new VolumeConnector { Type = "", ConnectorId = "" });

    protected override ImmutableArray<VolumeConnector> PartsOf(Node node) => node.VolumeConnectors;

    protected override Node With(Node node, ImmutableArray<VolumeConnector> parts) => node with { VolumeConnectors = parts };

    protected override void Check(Node node, VolumeConnector? before, VolumeConnector? after)
    {
        if (before is not null) VolumeRules.CheckIsOff(node, after is null ? "volume connector deletion" : "volume connector update");
    }
}
