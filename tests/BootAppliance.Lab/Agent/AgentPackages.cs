using BootAppliance.Lab.Packages;

namespace BootAppliance.Lab.Agent;

/// <summary>The real ironic-python-agent, which Debian has since its release 13.</summary>
internal static class AgentPackages
{
    // It wants these as new as itself.
    private static readonly string[] newer = ["ironic-python-agent", "python3-oslo.utils", "python3-netaddr"];

    // What it imports beside the python3-ironicclient that is installed for other tests.
    private static readonly string[] own =
    [
        "python3-cryptography", "python3-eventlet", "python3-fasteners", "python3-futurist", "python3-greenlet", "python3-ifaddr", "python3-monotonic", "python3-oslo.concurrency",
        "python3-oslo.service", "python3-pastedeploy", "python3-pint", "python3-psutil", "python3-pyudev", "python3-repoze.lru", "python3-routes", "python3-setproctitle",
        "python3-simplegeneric", "python3-tenacity", "python3-tooz", "python3-webob", "python3-werkzeug", "python3-yappi", "python3-zeroconf",
    ];

    /// <summary>The folder of its Python modules.</summary>
    public static async Task<string> Prepare(CancellationToken cancellation) =>
        Path.Combine(await NewerPackages.Prepare("agent", newer, own, [], cancellation), "usr/lib/python3/dist-packages");
}
