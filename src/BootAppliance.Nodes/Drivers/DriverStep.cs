namespace BootAppliance.Nodes;

/// <summary>The jobs that are made of steps.</summary>
[Flags]
public enum StepUse
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Cleaning.</summary>
    Clean = 1 << 0,

    /// <summary>Deploying.</summary>
    Deploy = 1 << 1,

    /// <summary>Servicing.</summary>
    Service = 1 << 2,
}

/// <summary>A step of cleaning, deploying or servicing that an interface offers.</summary>
/// <param name="Kind">The kind of interface that the step belongs to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Use">The jobs that it can be a part of.</param>
/// <param name="Priority">Its place in an automated cleaning, the greatest first; 0: only where somebody asks for it.</param>
/// <param name="RunAsync">Does it, with its arguments.</param>
public sealed record DriverStep(InterfaceKind Kind, string Name, StepUse Use, int Priority, Func<NodeTask, JsonFields, CancellationToken, Task<WorkOutcome>> RunAsync);
