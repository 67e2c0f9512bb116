using System.Collections.Immutable;
using BootAppliance.Images;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Plans;

/// <summary>What a node boots in its provision state.</summary>
public abstract record BootPlan
{
    private BootPlan() { }

    /// <summary>Something from the network.</summary>
    /// <param name="Purpose">Why.</param>
    public abstract record Network(BootPurpose Purpose) : BootPlan
    {
        /// <summary>Everything that the machine loads for it.</summary>
        public abstract ImmutableArray<ImageReference> Images { get; }

        /// <summary>What it is, in a few words for people.</summary>
        public abstract string What { get; }

        /// <summary>Whether it must start again whenever the machine does, long after anybody asked for it.</summary>
        public bool IsLasting => Purpose == BootPurpose.Instance;
    }

    /// <summary>A kernel and its initrds from the network.</summary>
    /// <param name="Purpose">Why.</param>
    /// <param name="Kernel">The kernel.</param>
    /// <param name="Initrds">The initrds in the order in which the kernel unpacks them; may be empty.</param>
    /// <param name="Arguments">The kernel's command line, fit for a boot script.</param>
    public sealed record Ramdisk(BootPurpose Purpose, ImageReference Kernel, ImmutableArray<ImageReference> Initrds, string Arguments) : Network(Purpose)
    {
        /// <inheritdoc/>
        public override ImmutableArray<ImageReference> Images => [Kernel, .. Initrds];

        /// <inheritdoc/>
        public override string What => Purpose switch
        {
            BootPurpose.Deploy => "deploy kernel",
            BootPurpose.Clean => "clean kernel",
            BootPurpose.Inspect => "inspect kernel",
            BootPurpose.Rescue => "rescue kernel",
            BootPurpose.Service => "service kernel",
            BootPurpose.Instance => "instance kernel",
            _ => throw new InvalidOperationException($"no words for {Purpose}"),
        };
    }

    /// <summary>An ISO image from the network, as if it were a disc in the machine's drive.</summary>
    /// <param name="Image">The image.</param>
    public sealed record Iso(ImageReference Image) : Network(BootPurpose.Instance)
    {
        /// <inheritdoc/>
        public override ImmutableArray<ImageReference> Images => [Image];

        /// <inheritdoc/>
        public override string What => "instance ISO";
    }

    /// <summary>The machine's own disk.</summary>
    /// <param name="Why">One sentence for the operator.</param>
    public sealed record LocalDisk(string Why) : BootPlan;

    /// <summary>Something from the network that cannot be had at this moment.</summary>
    /// <param name="Wanted">What the node is to boot.</param>
    /// <param name="Problem">One sentence that says which image is missing and why.</param>
    public sealed record Unavailable(Network Wanted, string Problem) : BootPlan;

    /// <summary>Nothing, since something is missing or the state has no network boot.</summary>
    /// <param name="Problem">One sentence that says what, and what to do.</param>
    public sealed record Nothing(string Problem) : BootPlan
    {
        /// <summary>The fields that the node would need and does not have; empty where something else is wrong.</summary>
        public ImmutableArray<string> Missing { get; init; } = [];
    }
}
