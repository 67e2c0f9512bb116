namespace BootAppliance.Settings;

public sealed record ProvisioningSettings
{
    /// <summary>How long a machine may take in "wait call-back" until it reports; zero: for ever. The same for the other waiting states below.</summary>
    public TimeSpan DeployCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public TimeSpan CleanCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public TimeSpan InspectTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public TimeSpan RescueCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public TimeSpan ServiceCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether nodes are cleaned before they become available.</summary>
    public bool AutomatedClean { get; init; }
}
