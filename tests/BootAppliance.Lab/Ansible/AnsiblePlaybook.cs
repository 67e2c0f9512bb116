using BootAppliance.Lab.Packages;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Ansible;

/// <summary>
/// Ansible with its collection for OpenStack, on this machine itself. That of Debian 12 refuses the OpenStack SDK of Debian 12 as too new, so both come from a newer release.
/// </summary>
public static class AnsiblePlaybook
{
    private const string Modules = "usr/lib/python3/dist-packages";

    // Beside what python3-openstackclient, which is installed for other tests, brings along.
    private static readonly string[] newer = ["ansible-core", "python3-openstacksdk", "python3-platformdirs", "python3-typing-extensions"];
    private static readonly string[] own = ["python3-jinja2", "python3-markupsafe", "python3-packaging", "python3-psutil", "python3-resolvelib"];

    /// <summary>Why this machine cannot run it, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("apt-get", "apt") ?? MissingPackage.Find("openstack", "python3-openstackclient");

    /// <summary>Plays a playbook for <c>localhost</c>, and fails with what Ansible says if a task fails.</summary>
    /// <param name="playbook">Its file.</param>
    /// <param name="endpoint">The root of the API, which it finds in its environment as <c>OS_ENDPOINT</c>.</param>
    /// <param name="cancellation">Ends the downloads and the play.</param>
    public static async Task Play(string playbook, Uri endpoint, CancellationToken cancellation)
    {
        var packages = await NewerPackages.Prepare("ansible", newer, own, [("ansible", $"{Modules}/ansible_collections/openstack")], cancellation);
        var modules = Path.Combine(packages, Modules);
        var home = Directory.CreateTempSubdirectory("bootappliance-ansible-").FullName;
        try
        {
            // Ansible says on its standard output why a task failed.
            await ChildProcess.Run(
                [
                    "env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + home, "PYTHONPATH=" + modules,
                    "ANSIBLE_COLLECTIONS_PATH=" + modules, "ANSIBLE_PIPELINING=1", "OS_ENDPOINT=" + endpoint.ToString().TrimEnd('/'),
                    "sh", "-c", "exec \"$@\" >&2", "sh",
                    "/usr/bin/python3", Path.Combine(packages, "usr/bin/ansible-playbook"), "--inventory", "localhost,", playbook,
                ],
                cancellation);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
