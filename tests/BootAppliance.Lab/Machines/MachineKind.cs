using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Network;

namespace BootAppliance.Lab.Machines;

/// <summary>A kind of machine: what is emulated, what it has in its ROM, and what shows that it has booted.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Summary">What it is, in a few words.</param>
public sealed record MachineKind(string Name, string Summary)
{
    public Emulator Emulator { get; init; } = Emulator.Pc;

    /// <summary>The processor that its guest is made for.</summary>
    public GuestArchitecture Guest { get; init; } = GuestArchitecture.Amd64;

    /// <summary>Its network card; with an empty <c>romfile</c> the firmware's own driver is the only one.</summary>
    public string Card { get; init; } = "virtio-net-pci,romfile=";

    /// <summary>In MiB.</summary>
    public int Memory { get; init; } = 512;

    /// <summary>The emulator's arguments for its firmware, given a folder of the machine's own.</summary>
    public Func<string, string[]> Firmware { get; init; } = _ => [];

    /// <summary>What must be there, each with the Debian package that has it.</summary>
    public IReadOnlyList<(string Path, string Package)> Needs { get; init; } = [];

    /// <summary>Whether it boots the guest from a disc image.</summary>
    public bool BootsIso { get; init; }

    /// <summary>What its node must be told, as arguments of <c>node add</c>.</summary>
    public IReadOnlyList<string> NodeArguments { get; init; } = [];

    /// <summary>The loader that it gets from the appliance first; null when it has iPXE already.</summary>
    public string? Loader { get; init; }

    /// <summary>The line of its console at which it counts as booted.</summary>
    public string Goal { get; init; } = GuestImages.UpLine;

    /// <summary>More that its console must have said, now or soon after.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Whether it comes to a Linux of its own, or only to an earlier stage.</summary>
    public bool BootsLinux => Goal == GuestImages.UpLine;

    /// <summary>Why this machine cannot emulate that one, or null.</summary>
    public string? FindObstacle() =>
        MissingPackage.Find(Emulator.Program, Emulator.Package)
        ?? Needs.Select(need => MissingPackage.Find(need.Path, need.Package)).FirstOrDefault(obstacle => obstacle is not null)
        ?? (BootsLinux ? GuestImages.FindObstacle() : null)
        ?? (BootsIso ? GuestIso.FindObstacle() : null)
        ?? NetworkNamespace.FindObstacle();
}
