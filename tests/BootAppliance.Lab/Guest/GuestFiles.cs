using System.Text.RegularExpressions;
using BootAppliance.Lab.Packages;

namespace BootAppliance.Lab.Guest;

/// <summary>What a guest is made of, taken out of the distribution's packages and kept between runs: a kernel, its modules, busybox.</summary>
internal sealed partial class GuestFiles
{
    private static readonly SemaphoreSlim preparing = new(1);

    private GuestFiles(string folder) => Folder = folder;

    public string Folder { get; }

    public string Kernel => Path.Combine(Folder, "vmlinuz");

    public string Modules => Path.Combine(Folder, "modules");

    public string Busybox => Path.Combine(Folder, "busybox");

    /// <summary>The files in <paramref name="cache"/>; the first call downloads them with apt.</summary>
    public static async Task<GuestFiles> Prepare(string cache, GuestArchitecture architecture, CancellationToken cancellation)
    {
        // Tests run side by side, and one download serves them all.
        await preparing.WaitAsync(cancellation);
        try
        {
            var files = new GuestFiles(Path.Combine(cache, $"guest-{architecture.Name}"));
            if (!Directory.Exists(files.Folder)) await Download(files, cache, architecture, cancellation);
            return files;
        }
        finally
        {
            preparing.Release();
        }
    }

    private static async Task Download(GuestFiles files, string cache, GuestArchitecture architecture, CancellationToken cancellation)
    {
        var work = Directory.CreateDirectory(Path.Combine(cache, $"guest-{architecture.Name}-{Environment.ProcessId}-{Guid.NewGuid():N}")).FullName;
        try
        {
            var archive = new PackageArchive(work, architecture.Name);
            await archive.Refresh(cancellation);
            await archive.Unpack([.. await KernelPackages(archive, architecture, cancellation), "busybox-static"], cancellation);

            var ready = new GuestFiles(Directory.CreateDirectory(Path.Combine(work, "ready")).FullName);
            File.Copy(Directory.EnumerateFiles(Path.Combine(archive.Unpacked, "boot"), "vmlinuz-*").First(), ready.Kernel);
            File.Copy(Directory.EnumerateFiles(archive.Unpacked, "busybox", SearchOption.AllDirectories).First(IsProgram), ready.Busybox);
            await new KernelModules(archive.Unpacked, ready.Modules).Copy("af_packet", "virtio_pci", "virtio_net");
            // Last and at once: a folder with this name is whole.
            if (!Directory.Exists(files.Folder)) Directory.Move(ready.Folder, files.Folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static bool IsProgram(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == "bin";

    private static async Task<IEnumerable<string>> KernelPackages(PackageArchive archive, GuestArchitecture architecture, CancellationToken cancellation)
    {
        foreach (var package in architecture.KernelPackages)
        {
            var image = await Dependencies(package);
            if (image.Length > 0) return [.. image, .. await Dependencies(image[0])];
        }
        throw new LabException(
            $"The mirrors of this machine have no {architecture.Name} kernel for the guest ({string.Join(", ", architecture.KernelPackages)}).");

        // Kernel images and, where they are apart, their modules.
        async Task<string[]> Dependencies(string package) =>
            [.. KernelDependency().Matches(await archive.Dependencies(package, cancellation)).Select(match => match.Groups["name"].Value)];
    }

    [GeneratedRegex(@"^ *Depends: (?<name>linux-(image|modules)-\d\S*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KernelDependency();
}
