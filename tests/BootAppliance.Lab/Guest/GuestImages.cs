using System.Reflection;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Guest;

/// <summary>A small Linux that says on its serial console that it is up, with which command line, and with which address.</summary>
/// <param name="Kernel">The path of the kernel image.</param>
/// <param name="Initrd">The path of the initrd: busybox, the network card's driver, and one script.</param>
public sealed record GuestImages(string Kernel, string Initrd)
{
    /// <summary>The guest's line that says: Linux runs, from our initrd.</summary>
    public const string UpLine = "BOOTAPPLIANCE GUEST UP";

    /// <summary>Before the kernel's command line as the guest sees it.</summary>
    public const string CommandLinePrefix = "BOOTAPPLIANCE CMDLINE: ";

    /// <summary>Before <c>BIOS</c> or <c>UEFI</c>, as the guest sees it.</summary>
    public const string FirmwarePrefix = "BOOTAPPLIANCE FIRMWARE: ";

    /// <summary>Before the guest's address, router, name servers, DHCP server and lease time; <c>none</c> if it got no address.</summary>
    public const string AddressPrefix = "BOOTAPPLIANCE ADDRESS: ";

    /// <summary>Why this machine cannot make them, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("apt-get", "apt") ?? MissingPackage.Find("cpio", "cpio");

    /// <summary>Makes the files <c>vmlinuz</c> and <c>initrd.img</c>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="architecture">The processor that they are for.</param>
    /// <param name="cancellation">Ends the downloads.</param>
    public static async Task<GuestImages> Prepare(string folder, GuestArchitecture architecture, CancellationToken cancellation = default)
    {
        if (FindObstacle() is { } obstacle) throw new LabException($"The guest {obstacle}.");
        var files = await GuestFiles.Prepare(Checkout.LabFolder, architecture, cancellation);
        var images = new GuestImages(Path.Combine(folder, "vmlinuz"), Path.Combine(folder, "initrd.img"));
        File.Copy(files.Kernel, images.Kernel, overwrite: true);

        var root = Directory.CreateDirectory(Path.Combine(folder, $".initrd-{Environment.ProcessId}")).FullName;
        try
        {
            var programs = Directory.CreateDirectory(Path.Combine(root, "bin")).FullName;
            File.Copy(files.Busybox, Path.Combine(programs, "busybox"));
            await WriteScript("init", Path.Combine(root, "init"));
            await WriteScript("configure", Path.Combine(programs, "configure"));
            var modules = Directory.CreateDirectory(Path.Combine(root, "modules")).FullName;
            foreach (var file in Directory.EnumerateFiles(files.Modules)) File.Copy(file, Path.Combine(modules, Path.GetFileName(file)));
            await ChildProcess.Run(
                ["sh", "-c", "cd \"$0\" && find . | cpio --quiet -o -H newc -R +0:+0 | gzip -1 > \"$1\"", root, images.Initrd], cancellation);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
        return images;
    }

    private static async Task WriteScript(string name, string path)
    {
        using var script = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        };
        await using var file = new FileStream(path, options);
        await script.CopyToAsync(file);
    }
}
