using System.Text.Json;

namespace BootAppliance.Commands.Answers;

internal sealed record NodesAnswer(IReadOnlyList<NodeAnswer> Nodes);

internal sealed record NodeAnswer
{
    public string Uuid { get; init; } = "";

    public string? Name { get; init; }

    public string ProvisionState { get; init; } = "";

    public string? TargetProvisionState { get; init; }

    public string? PowerState { get; init; }

    public string? Driver { get; init; }

    public string? BootInterface { get; init; }

    public string? DeployInterface { get; init; }

    public IReadOnlyList<string> Macs { get; init; } = [];

    public Dictionary<string, JsonElement> InstanceInfo { get; init; } = [];

    public Dictionary<string, JsonElement> DriverInfo { get; init; } = [];

    public Dictionary<string, JsonElement> Properties { get; init; } = [];

    public Dictionary<string, JsonElement> Extra { get; init; } = [];

    public bool Maintenance { get; init; }

    public string? MaintenanceReason { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? ProvisionUpdatedAt { get; init; }

    public string? Boots { get; init; }

    public ProgressAnswer? Progress { get; init; }

    public string Title => string.IsNullOrEmpty(Name) ? Uuid : Name;

    /// <summary>Whether the node is on its way, or waits for its machine; one that is held or failed stays where it is until somebody says more.</summary>
    public bool IsUnderWay => !string.IsNullOrEmpty(TargetProvisionState)
        && !ProvisionState.EndsWith(" failed", StringComparison.Ordinal) && !ProvisionState.EndsWith(" hold", StringComparison.Ordinal);

    public string State => string.IsNullOrEmpty(TargetProvisionState) ? ProvisionState : $"{ProvisionState} → {TargetProvisionState}";
}

internal sealed record ProgressAnswer
{
    public string Summary { get; init; } = "";

    public bool Stuck { get; init; }

    public string? Missing { get; init; }

    public IReadOnlyList<string> UsualCauses { get; init; } = [];

    public IReadOnlyList<StepAnswer> Steps { get; init; } = [];
}

internal sealed record StepAnswer(string Step, DateTimeOffset? Time, string Text);
