using BootAppliance.Lab.Machines;

namespace BootAppliance.Lab.Matrix;

/// <summary>One machine that boots over one path.</summary>
public sealed record BootCase(MachineKind Machine, BootPath Path)
{
    /// <summary>How it is called on the command line and in tests.</summary>
    public string Name => Path == BootPath.Direct ? Machine.Name : $"{Machine.Name}-{Path.Name}";

    /// <summary>Why this machine cannot run it, or null.</summary>
    public string? FindObstacle() => Machine.FindObstacle() ?? Path.FindObstacle();

    public override string ToString() => Name;
}
