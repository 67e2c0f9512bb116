using System.Text.Json;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary>A node as <c>/api/nodes</c> shows it: Ironic's fields, and what it boots now.</summary>
internal sealed record NodeView(
    Guid Uuid, string? Name, string ProvisionState, string? TargetProvisionState, string? PowerState, string Driver, string BootInterface, string DeployInterface,
    IReadOnlyList<string> Macs, JsonElement InstanceInfo, JsonElement DriverInfo, JsonElement Properties, JsonElement Extra, bool Maintenance, string? MaintenanceReason,
    string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt, DateTimeOffset? ProvisionUpdatedAt, string Boots, ProgressView? Progress)
{
    public static NodeView Of(Node node, BootResolver resolver, BootProgress? progress = null, bool looksAtImages = true) => new(
        node.Uuid, node.Name, node.ProvisionState.ToApiString(), node.TargetProvisionState?.ToApiString(), node.PowerState is { } power ? JsonSerializer.SerializeToElement(power).GetString() : null, node.Driver, node.Interfaces.Boot,
        node.Interfaces.Deploy, [.. node.Ports.Select(port => port.Address.ToString())], NodeSecrets.Masked(node.InstanceInfo, NodeSecrets.IsSecretOfInstance), NodeSecrets.Masked(node.DriverInfo, NodeSecrets.IsSecret), node.Properties.ToElement(),
        node.Extra.ToElement(), node.Maintenance, node.MaintenanceReason, node.LastError, node.CreatedAt, node.UpdatedAt, node.ProvisionUpdatedAt,
        resolver.BootsNow(node, looksAtImages), progress is null ? null : ProgressView.Of(progress));
}

/// <summary>How far the newest boot of a node came.</summary>
internal sealed record ProgressView(string Summary, string Stage, bool Stuck, string? Missing, IReadOnlyList<string> UsualCauses, IReadOnlyList<ProgressStepView> Steps)
{
    public static ProgressView Of(BootProgress progress) => new(
        progress.Summary, Word(progress.Step), progress.IsStuck, progress.Diagnosis?.Missing,
        progress.Diagnosis?.UsualCauses ?? [], [.. progress.Steps.Select(step => new ProgressStepView(Word(BootSteps.Of(step)!.Value), step.Time, step.Text))]);

    private static string Word(BootStep step) => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());
}

/// <summary>One step that was seen.</summary>
internal sealed record ProgressStepView(string Step, DateTimeOffset Time, string Text);
