using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Agent;

/// <summary>
/// The real ironic-python-agent as a process, on an invented machine. As root it would erase the disks of the machine that it runs on: it runs as a user
/// without any rights, and without every hardware manager that it comes with.
/// </summary>
public sealed partial class RealAgent : IAsyncDisposable
{
    private const string Nobody = "65534";

    private readonly string home;
    private readonly ChildProcess process;

    private RealAgent(string home, ChildProcess process, Uri callback)
    {
        this.home = home;
        this.process = process;
        Callback = callback;
    }

    /// <summary>Where it can be asked.</summary>
    public Uri Callback { get; }

    /// <summary>What it says.</summary>
    public LineLog Output => process.Output;

    /// <summary>Why this machine cannot run it, or null.</summary>
    public static string? FindObstacle() =>
        MissingPackage.Find("apt-get", "apt") ?? MissingPackage.Find("setpriv", "util-linux") ?? MissingPackage.Find("/usr/lib/python3/dist-packages/ironicclient", "python3-ironicclient");

    /// <summary>Starts it with what its kernel's command line would tell it.</summary>
    /// <param name="api">The root of the API that it asks.</param>
    /// <param name="cancellation">Ends the downloads.</param>
    public static async Task<RealAgent> Start(Uri api, CancellationToken cancellation)
    {
        var modules = await AgentPackages.Prepare(cancellation);
        var folder = Directory.CreateTempSubdirectory("bootappliance-agent-").FullName;
        var callback = new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), FreePort()).Uri;
        // A copy, since the checkout need not be readable for nobody.
        await ChildProcess.Run(["cp", "-r", modules, Path.Combine(folder, "modules")], cancellation);
        await LeaveOnlyTheInventedHardware(Path.Combine(folder, "modules"));
        await File.WriteAllTextAsync(Path.Combine(folder, "agent.conf"), $"""
            [DEFAULT]
            api_url = {api.ToString().TrimEnd('/')}
            inspection_callback_url = {new Uri(api, "/v1/continue_inspection")}
            inspection_dhcp_wait_timeout = 0
            listen_host = {callback.Host}
            listen_port = {callback.Port}
            advertise_host = {callback.Host}
            advertise_port = {callback.Port}
            enable_auto_tls = false
            use_stderr = true

            """, cancellation);
        await ChildProcess.Run(["chmod", "-R", "a+rX", folder], cancellation);

        string[] unprivileged = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
            : ["setpriv", "--no-new-privs"];
        return new RealAgent(folder, ChildProcess.Start(
            [
                "env", "-i", "PATH=/usr/bin:/bin", "HOME=/nonexistent", "PYTHONPATH=" + Path.Combine(folder, "modules"), "PYTHONDONTWRITEBYTECODE=1", "EVENTLET_NO_GREENDNS=yes",
                .. unprivileged,
                "/usr/bin/python3", "-c", "import sys; from ironic_python_agent.cmd import agent; sys.argv[0] = 'ironic-python-agent'; agent.run()",
                "--config-file", Path.Combine(folder, "agent.conf"),
            ],
            "the agent"), callback);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }

    private static async Task LeaveOnlyTheInventedHardware(string modules)
    {
        using var invented = Assembly.GetExecutingAssembly().GetManifestResourceStream("invented_hardware.py")!;
        await using (var file = File.Create(Path.Combine(modules, "invented_hardware.py"))) await invented.CopyToAsync(file);
        var changed = 0;
        foreach (var path in Directory.EnumerateFiles(modules, "entry_points.txt", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(path);
            var without = HardwareManagers().Replace(text, "");
            if (without == text) continue;
            await File.WriteAllTextAsync(path, without + "\n[ironic_python_agent.hardware_managers]\ninvented = invented_hardware:InventedHardwareManager\n");
            changed++;
        }

        // Never with a manager that would look at this machine.
        if (changed != 1) throw new LabException($"The agent's hardware managers stand in {changed} files, not in the one that is known.");
    }

    private static int FreePort()
    {
        using var trial = new TcpListener(IPAddress.Loopback, 0);
        trial.Start();
        return ((IPEndPoint)trial.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^\[ironic_python_agent\.hardware_managers\]\n([^\[\n].*\n|\n)*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HardwareManagers();
}
