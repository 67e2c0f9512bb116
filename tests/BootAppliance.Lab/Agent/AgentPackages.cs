using System.Globalization;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Agent;

/// <summary>The real ironic-python-agent, taken out of Debian's packages and kept between runs: unpacked, never installed.</summary>
internal static class AgentPackages
{
    /// <summary>Debian has the agent since this release, and it wants these as new as itself.</summary>
    private const string FirstRelease = "trixie";

    private const string Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly string[] fromFirstRelease = ["ironic-python-agent", "python3-oslo.utils", "python3-netaddr"];

    // What it imports beside the python3-ironicclient that is installed for other tests; some of these are built for one version of Python only.
    private static readonly string[] fromThisRelease =
    [
        "python3-cryptography", "python3-eventlet", "python3-fasteners", "python3-futurist", "python3-greenlet", "python3-ifaddr", "python3-monotonic", "python3-oslo.concurrency",
        "python3-oslo.service", "python3-pastedeploy", "python3-pint", "python3-psutil", "python3-pyudev", "python3-repoze.lru", "python3-routes", "python3-setproctitle",
        "python3-simplegeneric", "python3-tenacity", "python3-tooz", "python3-webob", "python3-werkzeug", "python3-yappi", "python3-zeroconf",
    ];

    /// <summary>The folder of its Python modules; the first call downloads them with apt.</summary>
    public static async Task<string> Prepare(CancellationToken cancellation)
    {
        var ready = Path.Combine(Checkout.LabFolder, "agent");
        if (!Directory.Exists(ready)) await Download(ready, cancellation);
        return Path.Combine(ready, "usr/lib/python3/dist-packages");
    }

    private static async Task Download(string ready, CancellationToken cancellation)
    {
        var work = Directory.CreateDirectory(string.Create(CultureInfo.InvariantCulture, $"{ready}-{Environment.ProcessId}")).FullName;
        try
        {
            var (mirror, release) = await FindMirror(cancellation);
            var sources = Path.Combine(work, "sources.list");
            string[] releases = [release, FirstRelease];
            await File.WriteAllLinesAsync(sources, releases.Distinct().Select(name => $"deb [signed-by={Keys}] {mirror} {name} main"), cancellation);
            var architecture = (await ChildProcess.Run(["dpkg", "--print-architecture"], cancellation)).Trim();
            var archive = new PackageArchive(work, architecture, sources);
            await archive.Refresh(cancellation);
            await archive.Unpack([.. fromFirstRelease.Select(name => $"{name}/{FirstRelease}"), .. fromThisRelease.Select(name => $"{name}/{release}")], cancellation);
            // Last and at once: a folder with this name is whole.
            if (!Directory.Exists(ready)) Directory.Move(archive.Unpacked, ready);
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
        return mirror is null ? throw new LabException("The real agent needs a mirror of Debian among this machine's package sources") : (mirror, release);
    }
}
