using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Guest;

/// <summary>A disc image with the guest, made as a distribution's are: GRUB for BIOS and GRUB for UEFI find the kernel on the disc that they came from.</summary>
public static class GuestIso
{
    /// <summary>The file's name.</summary>
    public const string Name = "guest.iso";

    private static readonly (string Path, string Package)[] needs =
    [
        ("grub-mkrescue", "grub-common"), ("/usr/lib/grub/i386-pc", "grub-pc-bin"), ("/usr/lib/grub/x86_64-efi", "grub-efi-amd64-bin"), ("xorriso", "xorriso"), ("mformat", "mtools"),
    ];

    /// <summary>Why this machine cannot make it, or null.</summary>
    public static string? FindObstacle() => needs.Select(need => MissingPackage.Find(need.Path, need.Package)).FirstOrDefault(obstacle => obstacle is not null);

    /// <summary>Makes it.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="architecture">The processor that it is for.</param>
    /// <param name="arguments">The kernel's command line.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task Prepare(string folder, GuestArchitecture architecture, string arguments, CancellationToken cancellation = default)
    {
        if (FindObstacle() is { } obstacle) throw new LabException($"The guest's disc image {obstacle}.");
        var root = Directory.CreateDirectory(Path.Combine(folder, $".disc-{Environment.ProcessId}")).FullName;
        try
        {
            await GuestImages.Prepare(root, architecture, cancellation);
            var grub = Directory.CreateDirectory(Path.Combine(root, "boot/grub")).FullName;
            await File.WriteAllTextAsync(Path.Combine(grub, "grub.cfg"), $"""
                linux /vmlinuz {arguments}
                initrd /initrd.img
                boot

                """, cancellation);
            await ChildProcess.Run(["grub-mkrescue", "--output", Path.Combine(folder, Name), root], cancellation);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
