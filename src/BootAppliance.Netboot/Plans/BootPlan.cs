using System.Collections.Immutable;
using BootAppliance.Images;

namespace BootAppliance.Netboot.Plans;

/// <summary>Why a node boots from the network.</summary>
public enum BootPurpose
{
    /// <summary>The ramdisk that writes an instance onto the disk.</summary>
    Deploy,

    /// <summary>The ramdisk that cleans the machine.</summary>
    Clean,

    /// <summary>The ramdisk that looks at the machine.</summary>
    Inspect,

    /// <summary>The ramdisk that a person repairs the machine with.</summary>
    Rescue,

    /// <summary>The ramdisk that services a machine in use.</summary>
    Service,

    /// <summary>The instance itself, which lives on the network.</summary>
    Instance,
}

/// <summary>What a node boots in its provision state.</summary>
public abstract record BootPlan
{
    private BootPlan() { }

    /// <summary>A kernel and its initrds from the network.</summary>
    /// <param name="Purpose">Why.</param>
    /// <param name="Kernel">The kernel.</param>
    /// <param name="Initrds">The initrds in the order in which the kernel unpacks them; may be empty.</param>
    /// <param name="Arguments">The kernel's command line, fit for a boot script.</param>
    public sealed record Network(BootPurpose Purpose, ImageReference Kernel, ImmutableArray<ImageReference> Initrds, string Arguments) : BootPlan;

    /// <summary>The machine's own disk.</summary>
    /// <param name="Why">One sentence for the operator.</param>
    public sealed record LocalDisk(string Why) : BootPlan;

    /// <summary>Nothing, since something is missing or the state has no network boot.</summary>
    /// <param name="Problem">One sentence that says what, and what to do.</param>
    public sealed record Nothing(string Problem) : BootPlan;
}
