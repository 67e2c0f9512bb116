using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Runbooks;

/// <summary><c>/v1/runbooks</c>: clean or service steps under a name.</summary>
internal sealed class RunbookRoutes(ResourceRegistry<Runbook> all) : RegistryRoutes<Runbook>("runbooks", 92, table, all)
{
    private static readonly StepRules steps = new("runbook", "order", ["bios", "deploy", "firmware", "management", "network", "power", "raid", "vendor"]);

    private static readonly ResourceTable<Runbook> table = new(
        "runbook",
        Field.Uuid<Runbook>("uuid", 92, r => r.Uuid, (r, uuid) => r with { Uuid = uuid ?? r.Uuid }) with { InList = true, IsFixed = true },
        Field.Time<Runbook>("created_at", 92, r => r.CreatedAt),
        Field.Time<Runbook>("updated_at", 92, r => r.UpdatedAt),
        Field.Text<Runbook>("name", 92, r => r.Name) with { Set = (r, value) => r with { Name = TraitNames.Checked(value.RequiredText()) }, InList = true, IsRequired = true },
        StepRules.FieldOf<Runbook>(92, r => r.Steps, (r, value) => r with { Steps = steps.Read(value) }),
        Field.Flag<Runbook>("disable_ramdisk", 92, r => r.DisableRamdisk, (r, flag) => r with { DisableRamdisk = flag }),
        Field.Object<Runbook>("extra", 92, r => r.Extra, (r, extra) => r with { Extra = extra }),
        Field.Flag<Runbook>("public", 92, r => r.Public, (r, flag) => r with { Public = flag }) with { InList = true },
        Field.Text<Runbook>("owner", 92, r => r.Owner, (r, owner) => r with { Owner = owner }) with { InList = true },
        Field.Link<Runbook>("links", 92, r => $"runbooks/{r.Uuid}") with { InList = true });

    protected override int TooOldToChange => StatusCodes.Status405MethodNotAllowed;

    protected override Runbook New() => new();

    /// <summary>What is everybody's is nobody's.</summary>
    protected override Runbook Checked(Runbook item) => item.Public ? item with { Owner = null } : item;
}
