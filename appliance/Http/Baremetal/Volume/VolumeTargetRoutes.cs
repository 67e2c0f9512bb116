using System.Collections.Immutable;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Volume;

/// <summary><c>/v1/volume/targets</c>: the remote volumes that nodes use.</summary>
internal sealed class VolumeTargetRoutes(NodeRegistry nodes) : PartRoutes<VolumeTarget>("targets", "volume/targets", "Volume target", 32, table, nodes)
{
    private static readonly ResourceTable<PartOf<VolumeTarget>> table = new(
        "volume target",
        Field.Uuid<PartOf<VolumeTarget>>("uuid", 32, t => t.Part.Uuid, (t, uuid) => t with { Part = t.Part with { Uuid = uuid ?? t.Part.Uuid } }) with { InList = true, IsFixed = true },
        Field.Time<PartOf<VolumeTarget>>("created_at", 32, t => t.Part.CreatedAt),
        Field.Time<PartOf<VolumeTarget>>("updated_at", 32, t => t.Part.UpdatedAt),
        new("boot_index", 32, (writer, target, _) => writer.WriteNumberValue(target.Part.BootIndex))
        {
            Set = (t, value) => t with { Part = t.Part with { BootIndex = value.Integer() } },
            SortBy = t => t.Part.BootIndex,
            InList = true,
            IsRequired = true,
        },
        Field.Object<PartOf<VolumeTarget>>("extra", 32, t => t.Part.Extra, (t, extra) => t with { Part = t.Part with { Extra = extra } }),
        new("properties", 32, (writer, target, _) => NodeSecrets.Write(writer, target.Part.Properties, NodeSecrets.IsSecret))
        {
            Set = (t, value) => t with { Part = t.Part with { Properties = NodeSecrets.Restore(t.Part.Properties, value.Object(), NodeSecrets.IsSecret) } },
            Secret = (writer, target) => target.Part.Properties.ToElement().WriteTo(writer),
        },
        Field.Text<PartOf<VolumeTarget>>("volume_id", 32, t => t.Part.VolumeId) with { Set = (t, value) => t with { Part = t.Part with { VolumeId = value.RequiredText() } }, InList = true, IsRequired = true },
        Field.Text<PartOf<VolumeTarget>>("volume_type", 32, t => t.Part.VolumeType) with
        {
            Set = (t, value) => t with { Part = t.Part with { VolumeType = value.RequiredText() } },
            InList = true,
            IsRequired = true,
        },
        Field.Uuid<PartOf<VolumeTarget>>("node_uuid", 32, t => t.NodeUuid) with { Set = (t, value) => t with { NodeUuid = value.RequiredUuid() }, InList = true, IsRequired = true },
        Field.Link<PartOf<VolumeTarget>>("links", 32, t => $"volume/targets/{t.Part.Uuid}") with { InList = true });

    protected override IReadOnlyList<string> Filters { get; } = ["node"];

    protected override PartOf<VolumeTarget> New() => new(default, new VolumeTarget { VolumeType = "", VolumeId = "", BootIndex = 0 });

    protected override ImmutableArray<VolumeTarget> PartsOf(Node node) => node.VolumeTargets;

    protected override Node With(Node node, ImmutableArray<VolumeTarget> parts) => node with { VolumeTargets = parts };

    protected override void Check(Node node, VolumeTarget? before, VolumeTarget? after)
    {
        if (before is not null) VolumeRules.CheckIsOff(node, after is null ? "volume target deletion" : "volume target update");
        if (after is not null && node.VolumeTargets.Any(target => target.BootIndex == after.BootIndex && target.Uuid != after.Uuid))
            throw BaremetalException.Conflict($"A volume target with boot index '{after.BootIndex}' for the same node already exists.");
    }
}
