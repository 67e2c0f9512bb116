using System.Globalization;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Packages;

/// <summary>Programs in Python of a newer Debian than this machine may have, taken out of its packages and kept between runs: unpacked, never installed.</summary>
internal static class NewerPackages
{
    private const string NewerRelease = "trixie";
    private const string Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>The folder with what was unpacked, as it would lie in <c>/</c>; the first call downloads it with apt.</summary>
    /// <param name="name">What the folder is called.</param>
    /// <param name="newer">Packages of the newer release.</param>
    /// <param name="own">Packages of this machine's release: some are built for one version of Python only.</param>
    /// <param name="parts">Large packages of the newer release, and the one folder that is wanted of each.</param>
    /// <param name="cancellation">Ends the downloads.</param>
    public static async Task<string> Prepare(
        string name, IReadOnlyList<string> newer, IReadOnlyList<string> own, IReadOnlyList<(string Package, string Folder)> parts, CancellationToken cancellation)
    {
        var ready = Path.Combine(Checkout.LabFolder, name);
        if (Directory.Exists(ready)) return ready;
        var work = Directory.CreateDirectory(string.Create(CultureInfo.InvariantCulture, $"{ready}-{Environment.ProcessId}")).FullName;
        try
        {
            var (mirror, release) = await FindMirror(cancellation);
            var sources = Path.Combine(work, "sources.list");
            string[] releases = [release, NewerRelease];
            await File.WriteAllLinesAsync(sources, releases.Distinct().Select(each => $"deb [signed-by={Keys}] {mirror} {each} main"), cancellation);
            var architecture = (await ChildProcess.Run(["dpkg", "--print-architecture"], cancellation)).Trim();
            var archive = new PackageArchive(work, architecture, sources);
            await archive.Refresh(cancellation);
            await archive.Unpack([.. newer.Select(package => $"{package}/{NewerRelease}"), .. own.Select(package => $"{package}/{release}")], cancellation);
            foreach (var (package, folder) in parts) await archive.Unpack([$"{package}/{NewerRelease}"], cancellation, folder);
            // Last and at once: a folder with this name is whole.
            if (!Directory.Exists(ready)) Directory.Move(archive.Unpacked, ready);
            return ready;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Where this machine gets its own packages from, and of which release.</summary>
    private static async Task<(string Mirror, string Release)> FindMirror(CancellationToken cancellation)
    {
        const string format = "$(ORIGIN) $(REPO_URI) $(RELEASE)";
        var targets = await ChildProcess.Run(["apt-get", "indextargets", "--format", format, "Created-By: Packages"], cancellation);
        var release = (await ChildProcess.Run(["sh", "-c", ". /etc/os-release && echo $VERSION_CODENAME"], cancellation)).Trim();
        var mirror = targets.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(fields => fields is ["Debian", _, var name] && name == release)?[1];
        return mirror is null ? throw new LabException($"Packages of Debian {NewerRelease} need a mirror of Debian among this machine's package sources") : (mirror, release);
    }
}
