using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.DeployTemplates;

/// <summary><c>/v1/deploy_templates</c>: deploy steps for instances that ask for the trait of the same name.</summary>
internal sealed class DeployTemplateRoutes(ResourceRegistry<DeployTemplate> all) : RegistryRoutes<DeployTemplate>("deploy_templates", 55, table, all)
{
    private static readonly StepRules steps = new("deploy_template", "priority", ["bios", "deploy", "firmware", "management", "power", "raid", "vendor"]);

    private static readonly ResourceTable<DeployTemplate> table = new(
        "deploy_template",
        Field.Uuid<DeployTemplate>("uuid", 55, t => t.Uuid, (t, uuid) => t with { Uuid = uuid ?? t.Uuid }) with { InList = true, IsFixed = true },
        Field.Time<DeployTemplate>("created_at", 55, t => t.CreatedAt),
        Field.Time<DeployTemplate>("updated_at", 55, t => t.UpdatedAt),
        Field.Text<DeployTemplate>("name", 55, t => t.Name) with { Set = (t, value) => t with { Name = TraitNames.Checked(value.RequiredText()) }, InList = true, IsRequired = true },
        Field.Object<DeployTemplate>("extra", 55, t => t.Extra, (t, extra) => t with { Extra = extra }),
        Field.Link<DeployTemplate>("links", 55, t => $"deploy_templates/{t.Uuid}") with { InList = true },
        StepRules.FieldOf<DeployTemplate>(55, t => t.Steps, (t, value) => t with { Steps = steps.Read(value) }));

    protected override int TooOldToChange => StatusCodes.Status405MethodNotAllowed;

    protected override DeployTemplate New() => new();
}
