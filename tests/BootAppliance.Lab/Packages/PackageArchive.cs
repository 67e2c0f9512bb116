using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Packages;

/// <summary>The distribution's packages for one processor architecture, this machine's own or another: unpacked into a folder, never installed.</summary>
/// <remarks>apt keeps what it knows about them in <paramref name="folder"/>: the machine's own apt state is neither used nor changed.</remarks>
/// <param name="folder">A folder of its own.</param>
/// <param name="architecture">Debian's name of the architecture.</param>
/// <param name="sources">A list of sources in place of this machine's; null: those.</param>
internal sealed class PackageArchive(string folder, string architecture, string? sources = null)
{
    private readonly string instead = sources is null ? "" : $"-o Dir::Etc::sourcelist={sources} -o Dir::Etc::sourceparts=- ";

    /// <summary>Where the packages are unpacked to.</summary>
    public string Unpacked => Path.Combine(folder, "package");

    /// <summary>Asks the mirrors of this machine which packages there are.</summary>
    public Task Refresh(CancellationToken cancellation)
    {
        foreach (var part in (string[])["state/lists/partial", "cache/archives/partial", "package"]) Directory.CreateDirectory(Path.Combine(folder, part));
        return Apt("apt-get -qq", "update", cancellation);
    }

    /// <summary>What apt says about the dependencies of a package; empty when it does not know the package.</summary>
    public Task<string> Dependencies(string package, CancellationToken cancellation) => Apt("apt-cache", $"depends {package} 2> /dev/null || true", cancellation);

    /// <summary>Downloads packages and unpacks them.</summary>
    /// <param name="packages">Their names.</param>
    /// <param name="cancellation">Ends the downloads.</param>
    /// <param name="only">A folder inside of each, to unpack nothing else of them; null: all.</param>
    public async Task Unpack(IEnumerable<string> packages, CancellationToken cancellation, string? only = null)
    {
        await Apt("apt-get -qq", $"download {string.Join(' ', packages)}", cancellation);
        foreach (var package in Directory.EnumerateFiles(folder, "*.deb"))
        {
            await (only is null
                ? ChildProcess.Run(["dpkg-deb", "--extract", package, Unpacked], cancellation)
                : ChildProcess.Run(["sh", "-c", "dpkg-deb --fsys-tarfile \"$0\" | tar -x -C \"$1\" \"./$2\"", package, Unpacked, only], cancellation));
            File.Delete(package);
        }
    }

    private Task<string> Apt(string program, string command, CancellationToken cancellation) => ChildProcess.Run(
        [
            "sh", "-c",
            $"cd \"$0\" && {program} -o Dir::State=\"$0/state\" -o Dir::State::status=/dev/null -o Dir::Cache=\"$0/cache\" -o APT::Architecture={architecture} "
                + $"-o APT::Architectures={architecture} -o Acquire::Languages=none -o APT::Sandbox::User=root {instead}{command}",
            folder,
        ],
        cancellation);
}
