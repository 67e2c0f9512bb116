using System.Text.RegularExpressions;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Guest;

/// <summary>The distribution's kernel, taken out of its package into a folder of our own; nothing is installed.</summary>
internal sealed partial class GuestKernel
{
    // Kernels for virtual machines, which are less than half the size: of Debian, of Ubuntu.
    private static readonly string[] Packages = ["linux-image-cloud-amd64", "linux-image-virtual"];

    private GuestKernel(string folder) => Folder = folder;

    public string Folder { get; }

    public string Image => Path.Combine(Folder, "vmlinuz");

    public string Modules => Path.Combine(Folder, "modules");

    /// <summary>The kernel in <paramref name="cache"/>; the first call downloads it with apt.</summary>
    public static async Task<GuestKernel> Prepare(string cache, CancellationToken cancellation)
    {
        var kernel = new GuestKernel(Path.Combine(cache, "kernel"));
        if (File.Exists(kernel.Image)) return kernel;

        var work = Directory.CreateDirectory(Path.Combine(cache, $"kernel-{Environment.ProcessId}")).FullName;
        try
        {
            await Download(work, cancellation);
            var package = Path.Combine(work, "package");
            foreach (var archive in Directory.EnumerateFiles(work, "*.deb"))
                await ChildProcess.Run(["dpkg-deb", "--extract", archive, package], cancellation);

            var ready = new GuestKernel(Directory.CreateDirectory(Path.Combine(work, "ready")).FullName);
            File.Copy(Directory.EnumerateFiles(Path.Combine(package, "boot"), "vmlinuz-*").First(), ready.Image);
            await new KernelModules(package, ready.Modules).Copy("af_packet", "virtio_pci", "virtio_net");
            // Last and at once: a folder with this name is whole.
            if (!Directory.Exists(kernel.Folder)) Directory.Move(ready.Folder, kernel.Folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
        return kernel;
    }

    private static async Task Download(string folder, CancellationToken cancellation)
    {
        var image = (await Task.WhenAll(Packages.Select(package => Dependencies(package, cancellation)))).FirstOrDefault(found => found.Length > 0)
            ?? throw new LabException($"apt knows no kernel for the guest ({string.Join(", ", Packages)}). Run: apt-get update");
        string[] packages = [.. image, .. await Dependencies(image[0], cancellation)];
        await ChildProcess.Run(
            ["sh", "-c", "cd \"$0\" && apt-get -qq -o APT::Sandbox::User=root download \"$@\"", folder, .. packages.Distinct()], cancellation);
    }

    // Kernel images and, where they are apart, their modules.
    private static async Task<string[]> Dependencies(string package, CancellationToken cancellation)
    {
        var known = await ChildProcess.Run(["sh", "-c", "apt-cache depends \"$0\" 2> /dev/null || true", package], cancellation);
        return [.. KernelDependency().Matches(known).Select(match => match.Groups["name"].Value)];
    }

    [GeneratedRegex(@"^ *Depends: (?<name>linux-(image|modules)-\d\S*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KernelDependency();
}
