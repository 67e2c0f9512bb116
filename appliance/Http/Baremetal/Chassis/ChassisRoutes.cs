using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;
using ChassisResource = BootAppliance.Nodes.Chassis;

namespace BootAppliance.Http.Baremetal.Chassis;

/// <summary><c>/v1/chassis</c>: housings that nodes are in.</summary>
internal sealed class ChassisRoutes(ResourceRegistry<ChassisResource> all, NodeRegistry nodes) : RegistryRoutes<ChassisResource>("chassis", 1, table, all)
{
    private static readonly ResourceTable<ChassisResource> table = new(
        "chassis",
        Field.Uuid<ChassisResource>("uuid", 1, c => c.Uuid, (c, uuid) => c with { Uuid = uuid ?? c.Uuid }) with { InList = true, IsFixed = true },
        Field.Time<ChassisResource>("created_at", 1, c => c.CreatedAt),
        Field.Time<ChassisResource>("updated_at", 1, c => c.UpdatedAt),
        Field.Text<ChassisResource>("description", 1, c => c.Description, (c, text) => c with { Description = text }) with { InList = true },
        Field.Object<ChassisResource>("extra", 1, c => c.Extra, (c, extra) => c with { Extra = extra }),
        Field.Link<ChassisResource>("links", 1, c => $"chassis/{c.Uuid}") with { InList = true },
        Field.Link<ChassisResource>("nodes", 1, c => $"chassis/{c.Uuid}/nodes"));

    protected override bool HasDetailPath => true;

    protected override ChassisResource New() => new();

    protected override Task RemoveAsync(ChassisResource item) => nodes.RemoveChassisAsync(item.Uuid, () => base.RemoveAsync(item));
}
