namespace BootAppliance.Nodes;

/// <summary>How long machines are waited for, and what is done with a node without anybody asking.</summary>
public sealed record ProvisionSettings
{
    /// <summary>How long a machine may take in <c>wait call-back</c> until it reports.</summary>
    public TimeSpan DeployCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same in <c>clean wait</c>.</summary>
    public TimeSpan CleanCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same in <c>inspect wait</c>.</summary>
    public TimeSpan InspectTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same in <c>rescue wait</c>.</summary>
    public TimeSpan RescueCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same in <c>service wait</c>.</summary>
    public TimeSpan ServiceCallbackTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a machine may take to be switched.</summary>
    public TimeSpan PowerTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the system on a machine may take to shut down when it is asked to.</summary>
    public TimeSpan SoftPowerTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether nodes are cleaned before they become available; a node's own <c>automated_clean</c> goes before this.</summary>
    public bool AutomatedClean { get; init; }

    /// <summary>How many nodes are worked on at the same time; the others wait for their turn.</summary>
    public int Workers { get; init; } = 100;
}
