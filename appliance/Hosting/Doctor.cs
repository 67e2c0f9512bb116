using System.Globalization;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Settings;

namespace BootAppliance.Hosting;

/// <summary>How a thing that was looked at is.</summary>
public enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, but look at it.</summary>
    Doubtful,

    /// <summary>Machines will not boot like this.</summary>
    Bad,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Check">What.</param>
/// <param name="Health">How it is.</param>
/// <param name="Text">What was seen, and what to do about it.</param>
public sealed record DoctorFinding(string Check, Health Health, string Text);

/// <summary>Looks at the machine with the eyes of somebody whose machines do not boot; changes nothing.</summary>
internal static class Doctor
{
    private const int NetBindService = 10;
    private const int NetRaw = 13;
    private const long LittleSpace = 1_000_000_000;

    public static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(ApplianceSettings settings, FirmwareCatalog firmware, Func<string, CancellationToken, Task<IReadOnlyList<string>>> findForeignServers, CancellationToken cancellation)
    {
        List<DoctorFinding> findings = [];
        var running = File.Exists(settings.Api.Socket) && PortOwner.Find("udp", 67) is not null;
        var nic = Interface(findings, settings);
        Capability(findings, "CAP_NET_BIND_SERVICE", NetBindService, "to open ports below 1024");
        if (nic is { Exists: true }) Capability(findings, "CAP_NET_RAW", NetRaw, "to reach clients that have no address yet");
        if (nic is { Exists: true } && settings.Dhcp.Mode != DhcpMode.Off) Port(findings, "udp", 67, "DHCP");
        if (settings.Tftp.Enabled) Port(findings, "udp", settings.Tftp.Port, "TFTP");
        Port(findings, "tcp", settings.Http.Port, "HTTP");
        Port(findings, "tcp", settings.Api.Endpoint.Port, "API");
        if (nic is { Exists: true } && !running) await ForeignServersAsync(findings, nic.Name, findForeignServers, cancellation);
        Firmware(findings, firmware);
        Space(findings, "database", settings.Store.Path);
        Images(findings, settings.Http.Root);
        return findings;
    }

    private static ProvisioningInterface? Interface(List<DoctorFinding> findings, ApplianceSettings settings)
    {
        try
        {
            var nic = ProvisioningInterface.Find(settings.Network.Interface, settings.Network.Address);
            findings.Add(nic.Exists
                ? new("interface", Health.Good, $"{nic.Name} is up with {nic.Address} in {nic.Prefix}")
                : new("interface", Health.Doubtful, "Network:Interface is not set: no DHCP, everything else on loopback only"));
            return nic;
        }
        catch (StartupException problem)
        {
            findings.Add(new("interface", Health.Bad, problem.Message));
            return null;
        }
    }

    private static void Capability(List<DoctorFinding> findings, string name, int bit, string purpose)
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
        var has = (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> bit & 1) == 1;
        findings.Add(has ? new(name, Health.Good, $"there, {purpose}") : new(name, Health.Bad, $"missing: it is needed {purpose}; run as root, or setcap cap_net_bind_service,cap_net_raw+ep bootappliance"));
    }

    private static void Port(List<DoctorFinding> findings, string protocol, int port, string what)
    {
        var owner = PortOwner.Find(protocol, port);
        var name = $"{what} port {port}/{protocol}";
        findings.Add(owner switch
        {
            null => new(name, Health.Good, "free"),
            _ when owner.StartsWith("bootappliance ", StringComparison.Ordinal) => new(name, Health.Good, $"held by the running appliance, {owner}"),
            _ => new(name, Health.Bad, $"taken by {owner}: stop it, or set another port"),
        });
    }

    private static async Task ForeignServersAsync(List<DoctorFinding> findings, string nic, Func<string, CancellationToken, Task<IReadOnlyList<string>>> find, CancellationToken cancellation)
    {
        try
        {
            var servers = await find(nic, cancellation);
            findings.Add(servers.Count == 0
                ? new("other DHCP servers", Health.Good, $"none answered on {nic}")
                : new("other DHCP servers", Health.Bad, $"answered on {nic}: {string.Join("; ", servers)}. Two servers on one wire give machines the wrong boot file: stop the other one"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            findings.Add(new("other DHCP servers", Health.Doubtful, $"could not be looked for: {failure.Message}"));
        }
    }

    private static void Firmware(List<DoctorFinding> findings, FirmwareCatalog firmware)
    {
        var broken = firmware.Files.Select(file => (file.Name, Problem: file.FindProblem())).Where(file => file.Problem is not null).ToList();
        findings.Add(broken.Count == 0
            ? new("firmware", Health.Good, $"{firmware.Files.Count} loaders, every sum right")
            : new("firmware", Health.Bad, string.Join("; ", broken.Select(file => $"{file.Name} is {file.Problem}"))));
    }

    private static void Space(List<DoctorFinding> findings, string what, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = $"{path}: {Netboot.Timeline.Quantity.Size(free)} free";
        findings.Add(free < LittleSpace ? new(what, Health.Doubtful, text + ", which is little: no lease and no change of a node is acknowledged on a full disk") : new(what, Health.Good, text));
    }

    private static void Images(List<DoctorFinding> findings, string root) => findings.Add(Directory.Exists(root)
        ? new("images", Health.Good, $"{root} is served as /images/")
        : new("images", Health.Doubtful, $"{root} does not exist: make it and put kernels and initrds there, or give nodes http:// URLs"));
}
